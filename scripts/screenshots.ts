/**
 * Pictures of every page of the console, light and dark, 1440 and 390 px wide, into reports/screens/: for people to look
 * at. `scripts/screenshots.ts NAME ...` takes only pages whose name begins so.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { TestBrowser } from '../tests/harness/browser.ts'
import { startSampleSite } from '../tests/harness/sample-site.ts'
import { storyPages } from '../tests/stories/pages.ts'

const folder = join(import.meta.dirname, '../reports/screens')
const wanted = process.argv.slice(2)
const pages = storyPages.filter(
  ({ name }) => wanted.length === 0 || wanted.some((each) => name.startsWith(each)),
)

mkdirSync(folder, { recursive: true })
await using browser = await TestBrowser.start()
await using sample = await startSampleSite()
await sample.site.must('manager', 'add', 'olga', '--role', 'operator')
for (const width of [1440, 390])
  for (const scheme of ['light', 'dark'] as const) {
    await using visitor = await browser.visitor(sample.site, {
      width,
      height: width === 390 ? 844 : 900,
      scheme,
    })
    await visitor.signIn('olga')
    for (const { name, path } of pages) {
      await visitor.open(path(sample))
      await visitor.settle()
      await visitor.page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`) })
    }
    for (const fault of visitor.faults()) console.error(`${width} px, ${scheme}: ${fault}`)
  }
console.log(`${pages.length} pages in ${folder}`)

/**
 * Pictures of every page, light and dark, 1440 and 390 px wide, into reports/screens/: for people to look at. Pages of
 * the console full, empty (on a site without mail) and broken (no answers from the store), and the pages without
 * script. `scripts/screenshots.ts NAME ...` takes only pictures whose names begin so: `home`, `empty-queue`,
 * `broken-messages`, `plain-sign-in`.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { TestBrowser, type Visitor } from '../tests/harness/browser.ts'
import { type SampleSite, startSampleSite } from '../tests/harness/sample-site.ts'
import { TestSite } from '../tests/harness/site.ts'
import { storyPages } from '../tests/stories/pages.ts'

const folder = join(import.meta.dirname, '../reports/screens')
const wanted = process.argv.slice(2)
const isWanted = (name: string) => wanted.length === 0 || wanted.some((each) => name.startsWith(each))
const looks = [1440, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, height: width === 390 ? 844 : 900, scheme })),
)
let taken = 0

/** What somebody sees at a path, as a file that is named after it. */
async function take(visitor: Visitor, name: string, end: string, path: string | null): Promise<void> {
  if (path !== null) await visitor.open(path)
  await visitor.settle().catch((cause: Error) => console.error(`${name}: ${cause.message.split('\n')[0]}`))
  await visitor.page.screenshot({ path: join(folder, `${name}-${end}.png`) })
  taken += 1
}

async function takeConsole(browser: TestBrowser, sample: SampleSite, empty: TestSite): Promise<void> {
  const named = (prefix: string) =>
    storyPages.map((each) => ({ ...each, shot: prefix + each.name })).filter(({ shot }) => isWanted(shot))
  const [full, bare, broken] = [
    named(''),
    named('empty-').filter((each) => each.isThereEmpty),
    named('broken-').filter((each) => each.isThereEmpty),
  ]
  for (const { width, height, scheme } of looks) {
    const end = `${width}-${scheme}`
    if (full.length + broken.length > 0) {
      await using visitor = await browser.visitor(sample.site, { width, height, scheme })
      await visitor.signIn('olga')
      for (const { shot, path } of full) await take(visitor, shot, end, path(sample))
      for (const fault of visitor.faults()) console.error(`${end}: ${fault}`)
      // Who asks is known, and nothing else is.
      await visitor.page.route(/\/api\/v1\/(?!me\b|brand\/current)/, (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          body: JSON.stringify({
            type: 'urn:mailkeep:not-available',
            title: 'This is not available now',
            status: 503,
            detail: 'The store has not answered in time. Nothing of yours is wrong.',
          }),
        }),
      )
      for (const { shot, path } of broken) await take(visitor, shot, end, path(sample))
    }
    if (bare.length > 0) {
      await using visitor = await browser.visitor(empty, { width, height, scheme })
      for (const { shot, path } of bare) await take(visitor, shot, end, path(sample))
    }
  }
}

/** Pages that work without any script. */
async function takePlain(browser: TestBrowser, { site }: SampleSite): Promise<void> {
  if (!['plain-'].some((each) => wanted.length === 0 || wanted.some((word) => word.startsWith(each)))) return
  for (const { width, height, scheme } of looks) {
    const end = `${width}-${scheme}`
    const path = (text: string) => new URL(text).pathname
    await using visitor = await browser.visitor(site, { width, height, scheme })
    await take(visitor, 'plain-sign-in', end, '/sign-in')
    await take(visitor, 'plain-link-gone', end, `/sign-in/link/${'x'.repeat(43)}`)
    const { link } = await site.json<{ link: string }>('manager', 'link', 'olga')
    await take(visitor, 'plain-sign-in-link', end, path(link))
    await visitor.signIn('olga')
    await take(visitor, 'plain-account', end, '/account')
    await using person = await browser.visitor(site, { width, height, scheme })
    await take(person, 'plain-review-ask', end, '/review')
    const { url } = await site.json<{ url: string }>('review', 'link', 'anna@bakery.example')
    await take(person, 'plain-review-link', end, path(url))
    await person.page.getByRole('button').first().click()
    await take(person, 'plain-review-new', end, null)
    await take(person, 'plain-review', end, '/review/messages?older=1')
    const first = person.page.locator('a[href^="/review/messages/"]').first()
    if ((await first.count()) > 0) {
      await first.click()
      await take(person, 'plain-review-message', end, null)
    }
    await take(person, 'plain-review-link-gone', end, `/review/link/${'x'.repeat(43)}`)
  }
  await site.must('maintenance', 'on', '--until', '+10m', '--text', 'The disk of this machine is changed.')
  for (const { width, height, scheme } of looks) {
    await using visitor = await browser.visitor(site, { width, height, scheme })
    await take(visitor, 'plain-maintenance', `${width}-${scheme}`, '/')
  }
  await site.must('maintenance', 'off')
}

mkdirSync(folder, { recursive: true })
await using browser = await TestBrowser.start()
await using sample = await startSampleSite()
await using empty = await TestSite.start({ domains: {}, users: [] })
await sample.site.must('manager', 'add', 'olga', '--role', 'operator')
await takeConsole(browser, sample, empty)
await takePlain(browser, sample)
console.log(`${taken} pictures in ${folder}`)

import { TestBrowser } from '../tests/harness/browser.ts'
import { startSampleSite } from '../tests/harness/sample-site.ts'
import { type TimesToUse, timeToUse } from '../tests/harness/time-to-use.ts'
import { range, type Table } from './table.ts'

const rounds = 5
/** What somebody may have to wait for the first page, in milliseconds. */
const boundMs = 1000

/** How long somebody waits for the form to sign in and for Home with its data, in Chromium with nothing in its cache. */
export async function firstPage(): Promise<Table> {
  await using sample = await startSampleSite()
  await using browser = await TestBrowser.start()
  await sample.site.must('manager', 'add', 'first-page', '--role', 'operator')
  // Once uncounted: the server compiles what it runs for the first time.
  await timeToUse(browser, sample.site, 'first-page')
  const times: TimesToUse[] = []
  for (let round = 0; round < rounds; round++) times.push(await timeToUse(browser, sample.site, 'first-page'))
  const parts = {
    'form to sign in': times.map((each) => each.signIn),
    'Home with its data': times.map((each) => each.home),
    'the same, files in the cache': times.map((each) => each.homeAgain),
  }
  return {
    title: `first page in Chromium, an empty cache, ${rounds} rounds (ms: median, least-most)`,
    head: ['page', 'usable after'],
    rows: Object.entries(parts).map(([name, values]) => [name, range(values)]),
    faults: Object.entries(parts)
      .filter(([, values]) => (values.toSorted((a, b) => a - b)[rounds >> 1] ?? 0) > boundMs)
      .map(([name]) => `${name} takes longer than ${boundMs} ms`),
  }
}

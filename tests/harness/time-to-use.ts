import type { Page } from 'playwright-core'
import type { TestBrowser, Visitor } from './browser.ts'
import type { TestSite } from './site.ts'

/** How long somebody waited, in milliseconds from the start of the navigation; nothing was in the browser's cache. */
export interface TimesToUse {
  /** The form in which he signs in takes letters. */
  readonly signIn: number
  /** Home stands there with the books, and with the newest messages to click at. */
  readonly home: number
  /** The same again, with the files of the console in the cache. */
  readonly homeAgain: number
  /** What the first Home asked for, with when it began. */
  readonly asked: readonly { readonly name: string; readonly at: number; readonly end: number }[]
}

/** Signs somebody in from an empty browser and measures what he waits for; `name` has to be a manager. */
export async function timeToUse(browser: TestBrowser, site: TestSite, name: string): Promise<TimesToUse> {
  await using visitor = await browser.visitor(site)
  const signIn = await untilUsable(visitor, '/sign-in', "document.querySelector('input:not([type=hidden])')")
  await visitor.signIn(name)
  const isThere = `/balanced/.test(document.querySelector('main')?.textContent ?? '') && document.querySelector('main [data-index]')`
  const home = await untilUsable(visitor, '/', isThere)
  const asked = await resourcesOf(visitor.page)
  const homeAgain = await untilUsable(visitor, '/', isThere)
  return { signIn, home, homeAgain, asked }
}

/** Opens a path; answers the time of the page's own clock at the first frame in which something is true. */
async function untilUsable({ page, address }: Visitor, path: string, condition: string): Promise<number> {
  await page.goto(address + path, { waitUntil: 'commit' })
  return page.evaluate<number>(
    `new Promise((done) => { const look = () => (${condition}) ? done(performance.now()) : requestAnimationFrame(look); look() })`,
  )
}

function resourcesOf(page: Page): Promise<TimesToUse['asked']> {
  return page.evaluate(
    `performance.getEntriesByType('resource').map((each) => ({ name: new URL(each.name).pathname, at: each.startTime, end: each.responseEnd }))`,
  )
}

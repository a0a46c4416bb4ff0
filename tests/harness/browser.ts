import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type CDPSession,
  chromium,
  type Page,
  type Request,
} from 'playwright-core'
import { unlessInstalled } from '../suites/missing-package.ts'
import type { TestSite } from './site.ts'
import { waitUntil } from './wait-until.ts'

const executablePath = '/usr/bin/chromium'
/** Looks one after the other at which nothing may be under way; questions follow each other closely. */
const calmLooks = 3
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const root = join(import.meta.dirname, '../..')

/** Says what people are shown in place of an answer that the server had no time for. */
const tellShownFaults = `(() => {
  const tell = (part) => {
    for (const each of [part, ...part.querySelectorAll('[data-fault="503"]')])
      if (each.matches('[data-fault="503"]')) console.error('shown to a person: 503, ' + each.textContent)
  }
  tell(document.documentElement)
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const added of addedNodes) if (added instanceof Element) tell(added)
  }).observe(document, { childList: true, subtree: true })
})()`
/** A page asks the API again by itself; an address that somebody opened stays as it is. */
const askedAgain = /status of 503 .*\/api\/v1\//s

/** Options for `describe`: without Chromium a story is skipped with the reason. */
export const withBrowser = unlessInstalled(existsSync(executablePath), 'chromium')

export interface Look {
  /** Pixels; 1440 by itself. */
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
}

/** Builds the console as it is in the sources now, unless it is. */
export function buildConsole(): void {
  execFileSync(process.execPath, [join(root, 'scripts/build-console.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Chromium without a profile, and the console built as it is in the sources now. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<TestBrowser> {
    buildConsole()
    return new TestBrowser(await chromium.launch({ executablePath, args: quiet }))
  }

  /** Somebody with cookies of his own, who looks at a site. */
  async visitor(site: TestSite, look: Look = {}): Promise<Visitor> {
    const { width = 1440, height = 900, scheme = 'light' } = look
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: 'reduce',
    })
    return new Visitor(context, await context.newPage(), site)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}

/** Somebody before a page. What the browser complains of is kept, and makes `leave` fail. */
export class Visitor implements AsyncDisposable {
  readonly page: Page
  readonly #context: BrowserContext
  readonly #site: TestSite
  #faults: string[] = []
  readonly #asked = new Set<Request>()
  #session: CDPSession | null = null

  constructor(context: BrowserContext, page: Page, site: TestSite) {
    this.#context = context
    this.page = page
    this.#site = site
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (cause) => this.#faults.push(`page error: ${cause.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' || /Content Security Policy/.test(message.text()))
        this.#faults.push(`console: ${message.text()} (${message.location().url})`)
    })
    page.on('request', (request) => {
      if (request.resourceType() !== 'eventsource') this.#asked.add(request)
    })
    page.on('requestfinished', (request) => this.#asked.delete(request))
    page.on('requestfailed', (request) => this.#asked.delete(request))
    // Not as a script of each document: the frame of a preview lets none run, and says so.
    page.on('domcontentloaded', () => void page.evaluate(tellShownFaults).catch(() => undefined))
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.#asked.clear()
    })
  }

  get address(): string {
    return `http://127.0.0.1:${this.#site.consolePort}`
  }

  /** Opens a path of the site. */
  async open(path: string): Promise<Page> {
    await this.page.goto(this.address + path)
    return this.page
  }

  /** Goes to another path as a link of the console does, without loading it anew; one must have been opened. */
  async go(path: string): Promise<Page> {
    await this.page.evaluate(
      `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
    )
    return this.page
  }

  /** Signs in by a link, as a manager who exists, or with `add` as one who is made for it. */
  async signIn(name: string, ...add: readonly string[]): Promise<void> {
    const args = add.length > 0 ? ['add', name, ...add] : ['link', name]
    const { link } = await this.#site.json<{ link: string }>('manager', ...args)
    await this.page.goto(link.replace(/^https?:\/\/[^/]+/, this.address))
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await this.page.waitForURL('**/account*')
  }

  /** What a person reads at a place, blanks as one. */
  async text(selector: string): Promise<string> {
    return ((await this.page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, ' ').trim()
  }

  /** Waits until nothing is loading any more. */
  async settle(): Promise<void> {
    await this.page.locator('main h1, main [data-settled]').first().waitFor()
    const loading = this.page.locator('[aria-label*=oading]')
    let calm = 0
    await waitUntil('nothing is loading, and nothing is asked for', async () => {
      calm = this.#asked.size === 0 && (await loading.count()) === 0 ? calm + 1 : 0
      return calm >= calmLooks
    })
  }

  /** What axe-core finds wrong, as `rule: element`. It runs beside the page, whose own policy forbids foreign scripts. */
  async inaccessible(): Promise<string[]> {
    this.#session ??= await this.#context.newCDPSession(this.page)
    const evaluate = (expression: string, more: object = {}) =>
      (this.#session as CDPSession).send('Runtime.evaluate', { expression, ...more })
    // A page that was not loaded anew has it already.
    if ((await evaluate('typeof axe')).result.value === 'undefined') await evaluate(axe)
    const { result } = await evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then((found) =>
        found.violations.filter((each) => each.impact !== 'minor').flatMap((each) =>
          each.nodes.map((node) => each.id + ': ' + node.target.join(' ') + ' ' + (node.any[0]?.message ?? ''))))`,
      { awaitPromise: true, returnByValue: true },
    )
    return result.value as string[]
  }

  /** Tables that somebody has to push aside to read, by what they are called. */
  sidewaysTables(): Promise<string[]> {
    return this.page.evaluate<
      string[]
    >(`[...document.querySelectorAll('main table, main [role="table"]')].flatMap((table) => {
      for (let part = table; part && part.tagName !== 'MAIN'; part = part.parentElement)
        if (part.scrollWidth > part.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(part).overflowX))
          return [part.getAttribute('aria-label') ?? part.className]
      return []
    })`)
  }

  /** By how many pixels the page scrolls sideways; 0 is right. */
  async sideways(): Promise<number> {
    return Math.max(0, await this.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'))
  }

  /**
   * What the browser complained of so far, and forgets it: but for answers of a console that had no time, where the page
   * asked again before anybody saw it. `but`: what was to be expected.
   */
  faults(but?: RegExp): string[] {
    const found = this.#faults.filter((each) => !askedAgain.test(each) && !but?.test(each))
    this.#faults = []
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}

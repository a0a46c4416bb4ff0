import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { allowedElements } from '../../server/src/ground/mail/sanitize/safe-elements.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const executablePath = '/usr/bin/chromium'
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']

/** Options for `describe`: without Chromium there is nothing to try hostile HTML in. */
export const withChromium = unlessInstalled(existsSync(executablePath), 'chromium')

/** Runs in every frame before anything else: what it runs is counted for the frame of the case. */
const counting = `{
  const count = () => {
    let at = window
    while (at !== top && at.parent !== top) at = at.parent
    top.ran?.add(at.frameElement?.dataset.index)
  }
  Object.assign(window, { alert: count, open: count })
}`

/** Shows texts in frames, touches everything in them, and has the browser write and read them once more. */
const showing = `async (all) => {
  window.ran = new Set()
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const showOne = async (text, index) => {
    const frame = document.createElement('iframe')
    frame.dataset.index = index
    frame.srcdoc = text
    const loaded = new Promise((resolve) => { frame.onload = resolve })
    document.body.append(frame)
    await Promise.race([loaded, wait(5000)])
    const inside = frame.contentDocument
    // Texts give their elements names of the document's own members, so those are asked of its class.
    const body = [...(inside?.documentElement?.children ?? [])].find((each) => each.localName === 'body')
    if (body) {
      for (const each of body.querySelectorAll('*'))
        for (const event of ['click', 'mouseover', 'pointerenter', 'focus', 'animationstart'])
          each.dispatchEvent(new MouseEvent(event, { bubbles: true, cancelable: true }))
      const box = Document.prototype.createElement.call(inside, 'div')
      body.append(box)
      box.innerHTML = text
      box.innerHTML = box.innerHTML + ''
      box.innerHTML = '<svg></svg>' + box.innerHTML
    }
    await wait(30)
    frame.remove()
  }
  for (let at = 0; at < all.length; at += 25)
    await Promise.all(all.slice(at, at + 25).map((text, n) => showOne(text, at + n)))
  return [...window.ran].map((each) => all[each])
}`

/** Names what a browser has made of texts that is on no list. */
const lookingThrough = `(all, names) => all.flatMap((text) => {
  const made = new DOMParser().parseFromString(text, 'text/html')
  return [...made.body.querySelectorAll('*')].filter((each) =>
    !names.includes(each.localName) ||
    each.namespaceURI !== 'http://www.w3.org/1999/xhtml' ||
    each.getAttributeNames().some((name) => /^on|href|srcset|^id$|^name$|background/.test(name)) ||
    /url\\(|position|expression/i.test(each.getAttribute('style') ?? '')
  ).map((each) => each.localName + ' in ' + text)
})`

/** What texts do to a browser that shows them without any protection. */
export class HostileFrames implements AsyncDisposable {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<HostileFrames> {
    return new HostileFrames(await chromium.launch({ executablePath, args: quiet }))
  }

  /** A page that counts what runs in it and in its frames, and asks nobody but for itself. */
  async open(): Promise<{ page: Page; asked: string[] }> {
    const page = await this.#browser.newPage()
    const asked: string[] = []
    await page.route('**/*', (route) => {
      const url = route.request().url()
      if (url === 'http://preview.test/') return route.fulfill({ contentType: 'text/html', body: '<body>' })
      asked.push(url)
      return route.abort()
    })
    await page.addInitScript(counting)
    await page.goto('http://preview.test/')
    return { page, asked }
  }

  /** Shows each text in a frame of its own: those that ran something, what was asked, and elements that are on no list. */
  async show(texts: readonly string[]): Promise<{ ran: string[]; asked: string[]; odd: string[] }> {
    const { page, asked } = await this.open()
    const ran = await page.evaluate<string[]>(`(${showing})(${JSON.stringify(texts)})`)
    const names = [...allowedElements, 'u']
    const odd = await page.evaluate<string[]>(
      `(${lookingThrough})(${JSON.stringify(texts)}, ${JSON.stringify(names)})`,
    )
    await page.close()
    return { ran, asked, odd }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { allowedElements } from '../../server/src/ground/mail/sanitize/safe-elements.ts'
import { sanitizeHtml } from '../../server/src/ground/mail/sanitize/sanitize-html.ts'
import { hostileHtml } from '../mail/hostile-html.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const executablePath = '/usr/bin/chromium'
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const source = fileURLToPath(
  new URL('../../server/src/ground/mail/sanitize/sanitize-html.ts', import.meta.url),
)

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
    await Promise.race([loaded, wait(500)])
    const inside = frame.contentDocument
    if (inside?.body) {
      for (const each of inside.body.querySelectorAll('*'))
        for (const event of ['click', 'mouseover', 'pointerenter', 'focus', 'animationstart'])
          each.dispatchEvent(new MouseEvent(event, { bubbles: true, cancelable: true }))
      const box = inside.createElement('div')
      inside.body.append(box)
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

describe('hostile HTML in Chromium', unlessInstalled(existsSync(executablePath), 'chromium'), () => {
  let browser: Browser
  before(async () => {
    browser = await chromium.launch({ executablePath, args: quiet })
  })
  after(() => browser.close())

  /** A page that counts what runs in it and in its frames, and asks nobody but for itself. */
  async function openCounting(): Promise<{ page: Page; asked: string[] }> {
    const page = await browser.newPage()
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

  /** Shows each text in a frame without any protection; answers those that ran something. */
  function show(page: Page, texts: readonly string[]): Promise<string[]> {
    return page.evaluate(`(${showing})(${JSON.stringify(texts)})`)
  }

  test('as it came, much of it runs: the cases bite', async () => {
    const { page, asked } = await openCounting()
    const ran = await show(page, hostileHtml)
    assert.ok(ran.length >= 100, `${ran.length} of ${hostileHtml.length} ran a script`)
    assert.ok(asked.length >= 30, `${asked.length} requests`)
    await page.close()
  })

  test('made harmless, no script runs, nothing is asked, and nothing else comes into being', async () => {
    const { page, asked } = await openCounting()
    const texts = hostileHtml.map((each) => sanitizeHtml(each).html)
    assert.deepEqual(await show(page, texts), [])
    const names = [...allowedElements, 'u']
    const odd = await page.evaluate(`(${lookingThrough})(${JSON.stringify(texts)}, ${JSON.stringify(names)})`)
    assert.deepEqual(odd, [])
    assert.deepEqual(asked, [])
    await page.close()
  })

  test('the same function in the browser gives the same answers', async () => {
    const built = await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        write: false,
        minify: false,
        lib: { entry: source, formats: ['iife'], name: 'preview', fileName: 'preview' },
      },
    })
    const [output] = Array.isArray(built) ? built : [built]
    const [chunk] = 'output' in output! ? output.output : []
    assert.equal(chunk?.type, 'chunk')
    const { page } = await openCounting()
    await page.addScriptTag({ content: chunk?.type === 'chunk' ? chunk.code : '' })
    const there = await page.evaluate(
      `${JSON.stringify(hostileHtml)}.map((each) => preview.sanitizeHtml(each))`,
    )
    assert.deepEqual(
      there,
      hostileHtml.map((each) => sanitizeHtml(each)),
    )
    await page.close()
  })
})

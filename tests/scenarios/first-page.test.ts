import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { freePort } from '../harness/free-port.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

const executablePath = '/usr/bin/chromium'
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('first page', unlessInstalled(existsSync(executablePath), 'chromium'), () => {
  let browser: Browser
  let sink: Sink
  let site: TestSite
  let address: string

  before(async () => {
    browser = await chromium.launch({ executablePath, args: quiet })
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop, 'dead.example': `smtp://127.0.0.1:${await freePort()}` },
      users: ['b@site.example', 'd@dead.example'],
      settings: { 'delivery.ownRetry': [600] },
    })
    address = `http://127.0.0.1:${site.consolePort}`
  })
  after(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  /** Subjects are hostile on purpose: what a sender writes must stay text. */
  async function send(rcptTo: string, subject: string): Promise<string> {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    return await client.message(
      'a@sender.example',
      rcptTo,
      `From: a@sender.example\r\nSubject: ${subject}\r\n\r\nwords\r\n`,
    )
  }

  async function open(path: string, width = 1440): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    await page.goto(address + path)
    return page
  }

  /** As a person reads it, blanks as one. */
  async function text(page: Page, selector: string): Promise<string> {
    return ((await page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, ' ').trim()
  }

  test('empty: it says so, and the books balance', async () => {
    const page = await open('/')
    assert.match(await text(page, '.equation'), /^0 accepted/)
    assert.match(await text(page, '.equation'), /balanced/)
    await page.goto(`${address}/?state=delivered`)
    assert.match(await text(page, '#messages'), /Nothing fits/)
    await page.close()
  })

  test('mail appears by itself, with what became of it; the queue names the dead hop', async () => {
    const page = await open('/')
    assert.match(await send('b@site.example', 'good news'), /^250 /)
    await send('d@dead.example', '<script>document.title="taken"</script>')
    await send('nobody@site.example', 'never read')
    await page.locator('#messages', { hasText: 'good news' }).waitFor({ timeout: 20_000 })
    await page.locator('#messages', { hasText: '<script>document.title="taken"</script>' }).waitFor()
    await page.locator('#messages', { hasText: 'refused before its subject' }).waitFor()
    await page.locator('main', { hasText: 'ECONNREFUSED' }).waitFor({ timeout: 20_000 })
    assert.doesNotMatch(await page.title(), /taken/)
    const books = await site.books()
    const shown = await text(page, '.equation')
    for (const state of ['accepted', 'delivered', 'waiting'])
      assert.match(shown, new RegExp(`\\b${books[state]} ${state}`))
    await page.close()
  })

  test('one message: its timeline, the verdict, and the way back', async () => {
    const page = await open('/?q=good+news')
    await page.locator('.lines a', { hasText: 'good news' }).click()
    await page.locator('h1', { hasText: 'good news' }).waitFor()
    const timeline = await text(page, '.timeline')
    for (const word of ['handed in', 'accepted', 'delivered']) assert.match(timeline, new RegExp(word))
    assert.match(await text(page, 'main'), /sink\.example|127\.0\.0\.1/)
    assert.deepEqual(await faults(page), [])
    await page.locator('[data-back]').click()
    await page.locator('.lines a', { hasText: 'good news' }).waitFor()
    await page.close()
  })

  for (const path of ['/', '/?state=refused', '/?q=nothing-of-that-kind'])
    test(`readable for everybody: ${path}`, async () => {
      for (const width of [1440, 390]) {
        const page = await open(path, width)
        const sideways = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        assert.ok(sideways <= 0, `${width} px wide it scrolls sideways by ${sideways} px`)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          assert.deepEqual(await faults(page), [], `${path} at ${width} px, ${colorScheme}`)
        }
        await page.close()
      }
    })

  test('nothing from elsewhere, no script but its own', async () => {
    const answer = await fetch(address)
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'|default-src 'self'/)
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/)
    // A page of another name whose address was made to lead here must not read this one.
    assert.equal(await statusAs('evil.example', site.consolePort), 421)
    assert.equal(await statusAs(`localhost:${site.consolePort}`, site.consolePort), 200)
  })

  test('a server that is gone is told, with what was known last', async () => {
    const page = await open('/')
    await site.kill()
    await page
      .locator('#lost', { hasText: 'not answered since' })
      .waitFor({ state: 'visible', timeout: 30_000 })
    assert.match(await text(page, '#messages'), /good news/)
    await site.launch()
    await waitUntil('the page is back', async () => !(await page.locator('#lost').isVisible()), 30_000)
    await page.close()
  })
})

function statusAs(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    }).on('error', reject)
  })
}

/** What axe-core finds wrong, as `rule: element`. It runs beside the page, whose own policy forbids foreign scripts. */
async function faults(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axe })
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }).then((found) =>
      found.violations.flatMap((each) => each.nodes.map((node) => each.id + ': ' + node.target.join(' '))))`,
    awaitPromise: true,
    returnByValue: true,
  })
  return result.value as string[]
}

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { StatusServer } from '../../server/src/doors/status/serve-status.ts'
import { withBrowser } from '../harness/browser.ts'
import { type PublicState, publicStates } from './public-states.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Where pictures go, for people who look at the page; none: no pictures. */
const pictures = process.env.STATUS_PICTURES

describe('the public status page in a browser', withBrowser, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-status-'))
  const now = Date.parse('2027-06-10T12:00:00Z')
  let browser: Browser
  let server: StatusServer
  let url = ''

  before(async () => {
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    })
    server = new StatusServer(folder, () => now)
    const [place] = await server.listen(['127.0.0.1:0'])
    url = `http://${place}/`
    if (pictures && !existsSync(pictures)) mkdirSync(pictures, { recursive: true })
  })
  after(async () => {
    await browser.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const publish = (name: PublicState) =>
    writeFileSync(join(folder, 'state.json'), JSON.stringify(publicStates(now)[name]))

  async function look(name: PublicState, width: number, scheme: 'light' | 'dark'): Promise<void> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme })
    try {
      const page = await context.newPage()
      const faults: string[] = []
      page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())))
      await page.goto(url)
      if (pictures)
        await page.screenshot({ path: join(pictures, `${name}-${width}-${scheme}.png`), fullPage: true })
      assert.deepEqual(await inaccessible(page), [], `${name} ${width} ${scheme}`)
      const sideways = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      assert.ok(sideways <= 0, `${name} scrolls sideways by ${sideways} px`)
      assert.deepEqual(
        faults.filter((each) => !/favicon/.test(each) && !/404/.test(each)),
        [],
      )
    } finally {
      await context.close()
    }
  }

  for (const name of ['well', 'incident', 'maintenance', 'unknown', 'empty'] as const)
    test(`${name}: nothing that axe-core finds, light and dark, wide and narrow`, async () => {
      publish(name)
      for (const scheme of ['light', 'dark'] as const)
        for (const width of [1440, 390]) await look(name, width, scheme)
    })

  test('without JavaScript everything is there, in less than 100 KB', async () => {
    publish('incident')
    const context = await browser.newContext({ javaScriptEnabled: false })
    try {
      const page = await context.newPage()
      const sizes: number[] = []
      page.on(
        'response',
        (response) =>
          void response.body().then(
            (body) => sizes.push(body.length),
            () => undefined,
          ),
      )
      await page.goto(url, { waitUntil: 'networkidle' })
      const text = (await page.locator('body').textContent()) ?? ''
      for (const words of [
        /Gateway and Outbound/,
        /suspected: partial outage, measured since/,
        /What you have to do/,
        /Faults of other providers now/,
        /days not measured/,
        /reported afterwards/,
      ])
        assert.match(text, words)
      assert.ok(sizes.reduce((a, b) => a + b, 0) < 100_000)
    } finally {
      await context.close()
    }
  })

  test('feeds are well-formed XML, and the calendar has whole events in lines that are short enough', async () => {
    publish('incident')
    const page = await browser.newPage()
    try {
      await page.goto(url)
      for (const [path, item] of [
        ['history.rss', 'rss > channel > item'],
        ['history.atom', 'feed > entry'],
      ] as const) {
        const xml = await (await fetch(url + path)).text()
        const read = `((xml) => { const found = new DOMParser().parseFromString(xml, 'application/xml');
          return [found.querySelectorAll('parsererror').length, found.querySelectorAll('${item}').length] })(${JSON.stringify(xml)})`
        assert.deepEqual(await page.evaluate<number[]>(read), [0, 4], path)
      }
      const lines = (await (await fetch(`${url}maintenance.ics`)).text()).split('\r\n')
      assert.ok(lines.every((line) => Buffer.byteLength(line) <= 75))
      const count = (line: string) => lines.filter((each) => each === line).length
      assert.deepEqual([count('BEGIN:VEVENT'), count('END:VEVENT'), count('BEGIN:VCALENDAR')], [1, 1, 1])
    } finally {
      await page.close()
    }
  })

  async function inaccessible(page: Page): Promise<string[]> {
    const session = await page.context().newCDPSession(page)
    await session.send('Runtime.evaluate', { expression: axe })
    const { result } = await session.send('Runtime.evaluate', {
      expression: `axe.run(document).then((found) => found.violations.flatMap((each) =>
        each.nodes.map((node) => each.id + ': ' + node.target.join(' ') + ' ' + (node.any[0]?.message ?? ''))))`,
      awaitPromise: true,
      returnByValue: true,
    })
    await session.detach()
    return result.value as string[]
  }
})

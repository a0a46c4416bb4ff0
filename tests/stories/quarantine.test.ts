import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { arrivals, sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { hostileHtml } from '../mail/hostile-html.ts'

const html = 'MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n'

describe('quarantine in the console', withBrowser, () => {
  let browser: TestBrowser
  let sink: Sink
  let site: TestSite

  before(async () => {
    browser = await TestBrowser.start()
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'one.test': sink.hop },
      users: ['a@one.test', 'b@one.test'],
    })
    for (const [name, role] of [
      ['anna', 'quarantine'],
      ['tim', 'technical'],
    ] as const)
      await site.must('manager', 'add', name, '--role', role, '--tenant', 'main')
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  test('a manager looks into a message and releases it', async () => {
    const id = await sendLetter(site, {
      to: ['a@one.test', 'b@one.test'],
      name: 'wanted',
      header: html,
      body: `<p onclick="alert(1)">Dear Anna, <a href="https://evil.test/x">your bank</a></p><script>alert(1)</script>${unwantedBody}`,
    })
    await using visitor = await browser.visitor(site, {})
    await visitor.signIn('anna')
    await visitor.open('/quarantine')
    await visitor.page
      .getByRole('link', { name: /wanted/ })
      .first()
      .click()
    const frame = visitor.page.frameLocator('iframe')
    await frame.getByText('Dear Anna').waitFor()
    assert.equal(await frame.locator('a, script, [onclick]').count(), 0)
    assert.match((await frame.locator('body').textContent()) ?? '', /https:\/\/evil\.test\/x/)
    await visitor.page.getByLabel('Decide for b@one.test').click()
    await visitor.page.getByRole('button', { name: 'Release to 1 person' }).click()
    await visitor.page.getByRole('dialog').getByRole('button', { name: 'Release to 1 person' }).click()
    await waitUntil('it arrives', () => arrivals(sink, 'wanted') === 1)
    await visitor.page.getByText('Released to 1 person.').waitFor()
    assert.match(await site.must('quarantine', 'show', id), /b@one\.test/)
    assert.deepEqual(visitor.faults(), [])
  })

  test('all that a filter finds is released with a few keys and a count', async () => {
    for (let n = 0; n < 12; n++)
      await sendLetter(site, { to: 'a@one.test', name: `bulk-${n}`, body: unwantedBody })
    await using visitor = await browser.visitor(site, {})
    await visitor.signIn('anna')
    const page = await visitor.open('/quarantine?subject=bulk-')
    const lines = page.getByRole('table', { name: 'Mail in quarantine' }).getByRole('link')
    await lines.nth(11).waitFor()
    // One by its key: the line that takes its place has the focus then.
    const [, second = '', third = ''] = await lines.allTextContents()
    for (const key of ['j', 'j', 'r']) await page.keyboard.press(key)
    await page
      .getByRole('dialog')
      .getByText(/^“bulk-/)
      .waitFor()
    await page.keyboard.press('Enter')
    await lines.filter({ hasText: second }).waitFor({ state: 'detached' })
    await waitUntil(
      'the line that takes its place has the focus',
      async () => (await page.evaluate('document.activeElement.textContent')) === third,
    )
    await page.getByLabel('Choose all that are listed').click()
    await page.getByRole('button', { name: 'Release', exact: true }).click()
    await page.getByRole('button', { name: 'Release 11 messages' }).click()
    await waitUntil(
      'all arrive',
      () => Array.from({ length: 12 }, (_, n) => arrivals(sink, `bulk-${n}`)).every((each) => each === 1),
      60_000,
    )
    await visitor.page.getByText(/done\s*11 messages/).waitFor()
    assert.deepEqual(visitor.faults(), [])
  })

  test('who may not read content sees none, and nobody asks for it', async () => {
    const id = await sendLetter(site, {
      to: 'a@one.test',
      name: 'closed',
      body: `secret words ${unwantedBody}`,
    })
    await using visitor = await browser.visitor(site, {})
    await visitor.signIn('tim')
    const asked: string[] = []
    visitor.page.on('request', (request) => asked.push(request.url()))
    await visitor.open(`/quarantine/${id}`)
    await visitor.page.getByText('Content is not for your role').waitFor()
    assert.doesNotMatch((await visitor.page.textContent('body')) ?? '', /secret words/)
    assert.deepEqual(
      asked.filter((each) => /^.api.*(?:content|preview|download)$/.test(new URL(each).pathname)),
      [],
    )
  })

  test('hostile HTML does no harm in the preview', async () => {
    const ends = '</title></style></script></textarea></xmp></noscript></template>-->'
    const cases = hostileHtml.filter((each) => !each.includes('<plaintext')).join(`\r\n${ends}\r\n`)
    const packed = Buffer.from(
      `${unwantedBody}<p>the beginning</p>${cases}${ends}<p>the end of it</p>`,
    ).toString('base64')
    const id = await sendLetter(site, {
      to: 'a@one.test',
      name: 'hostile',
      header: `${html}Content-Transfer-Encoding: base64\r\n`,
      body: `${packed.replace(/(.{76})/g, '$1\r\n')}\r\n`,
    })
    await using visitor = await browser.visitor(site, {})
    await visitor.signIn('anna')
    const asked: string[] = []
    visitor.page.on('request', (request) => asked.push(request.url()))
    visitor.page.on('dialog', () => assert.fail('a script has run'))
    await visitor.open(`/quarantine/${id}`)
    const frame = visitor.page.frameLocator('iframe')
    const again = visitor.page.getByRole('button', { name: 'Try again' })
    const late = frame.getByText('Content is not available at the moment')
    // A busy machine may not have it ready in time: then the page says how to ask again, and a person does.
    await waitUntil('the preview is there', async () => {
      if (await again.isVisible()) await again.click().catch(() => undefined)
      if (await late.isVisible()) await visitor.page.reload()
      return frame.getByText('the end of it').isVisible()
    })
    await frame
      .locator('u')
      .first()
      .click({ force: true, timeout: 2000 })
      .catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.equal(await frame.locator('script, iframe, svg, a, form, [onclick], [onerror]').count(), 0)
    const outside = asked.filter((each) => !each.startsWith(visitor.address) && !each.startsWith('data:'))
    assert.deepEqual(outside, [])
    assert.match(visitor.page.url(), new RegExp(`/quarantine/${id}$`))
  })
})

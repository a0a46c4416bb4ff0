import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { sendLetter } from '../harness/letter.ts'
import { sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const returned = 1000

describe('a technician and mail that came back', withBrowser, () => {
  let browser: TestBrowser
  let sink: Sink
  let site: TestSite

  before(async () => {
    browser = await TestBrowser.start()
    sink = await Sink.start()
    site = await TestSite.start({ domains: { 'shop.test': sink.hop }, users: ['anna@shop.test'] })
    await site.must('manager', 'add', 'tim', '--role', 'technical', '--tenant', 'main')
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  test('he sees why one was late', async () => {
    let tries = 0
    sink.behaviour = (stage) => (stage === 'rcpt' && tries++ < 2 ? '451 4.3.0 Disk is busy' : undefined)
    await sendLetter(site, { to: 'anna@shop.test', name: 'late-letter' })
    await waitUntil('it arrives in the end', () => sink.messages.length === 1)
    await using visitor = await browser.visitor(site, {})
    await visitor.signIn('tim')
    await visitor.open('/')
    // Keys are heard once the page is there.
    await visitor.settle()
    await visitor.page.keyboard.press('/')
    await visitor.page.locator('[role=combobox]:focus').waitFor()
    await visitor.page.keyboard.type('late-letter')
    await visitor.page.keyboard.press('Enter')
    const row = visitor.page.getByRole('link', { name: /late-letter/ }).first()
    // The index may be a moment behind the mail, and the page shows what it had when it was asked.
    await waitUntil(
      'the search has it',
      async () => {
        if (await row.isVisible()) return true
        await visitor.page.reload()
        await visitor.settle()
        return row.isVisible()
      },
      60_000,
      500,
    )
    // The middle of the row has a button of its own.
    await row.click({ position: { x: 20, y: 10 } })
    const main = visitor.page.locator('main')
    await main
      .getByText(/451 4\.3\.0 Disk is busy/)
      .first()
      .waitFor()
    assert.match((await main.textContent()) ?? '', /delivered/)
    assert.deepEqual(visitor.faults(), [])
  })

  test(`he finds ${returned} that were returned by what the receiver said, and sends them again, once`, async () => {
    sink.behaviour = (stage) => (stage === 'rcpt' ? '550 5.2.1 Mailbox disabled by mistake' : undefined)
    const sent = await sendLoad({
      port: () => site.smtpPort,
      messages: returned,
      connections: 4,
      perConnection: 50,
      rcptTo: () => 'anna@shop.test',
    })
    assert.ok(sent.every((each) => each.outcome === 'acknowledged'))
    await waitUntil(
      'all are returned',
      async () => ((await site.books()).returned ?? 0) >= returned,
      120_000,
      1000,
    )
    sink.behaviour = () => undefined

    await using visitor = await browser.visitor(site, {})
    await visitor.signIn('tim')
    await visitor.open('/messages?state=returned&reply=mistake')
    const { page } = visitor
    // Orders of that size wait for the index, which says how far it is.
    const order = page.getByRole('button', { name: /^Send again: 1,?000 deliveries$/ })
    await waitUntil(
      'the question counts all of them',
      async () => {
        await page.getByRole('button', { name: 'All that fit' }).click()
        await page.getByRole('menuitem', { name: 'Send returned mail again' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.waitFor()
        if (await order.isVisible()) return true
        await page.keyboard.press('Escape')
        await dialog.waitFor({ state: 'hidden' })
        return false
      },
      60_000,
      1000,
    )
    await order.click()
    await waitUntil('all arrive', () => sink.copies().size === returned + 1, 120_000)
    await page.getByText(/done\s*1,?000 deliveries/).waitFor()
    const copies = sink.copies()
    assert.ok(sent.every((each) => copies.get(`${each.id} ${each.rcptTo}`) === 1))
    const books = await settledBooks(site)
    assert.deepEqual([books.balanced, books.returned, books.delivered], [true, 0, returned + 1])
    assert.deepEqual(visitor.faults(), [])
  })
})

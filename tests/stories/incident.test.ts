import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { sendLetter } from '../harness/letter.ts'
import { noteTry } from '../harness/sample-incidents.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const letters = 5

describe('whoever is on call, in the console', withBrowser, () => {
  let browser: TestBrowser
  let sink: Sink
  let site: TestSite

  before(async () => {
    ;[browser, sink] = await Promise.all([TestBrowser.start(), Sink.start()])
    sink.behaviour = (stage) => (stage === 'rcpt' ? '452 4.3.1 Our disk is full' : undefined)
    site = await TestSite.start({
      domains: { 'bakery.example': sink.hop },
      users: ['anna@bakery.example'],
      settings: { 'delivery.retry': [3600] },
    })
    noteTry(site, { component: 'outbound', path: 'node-1', failing: 4 })
    await site.must('manager', 'add', 'olga', '--role', 'operator')
    for (let n = 0; n < letters; n += 1)
      await sendLetter(site, { to: 'anna@bakery.example', name: `Letter ${n}` })
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  test('from the alarm to the incident: its mail counted, taken along and put right, its cause named, closed', async () => {
    await using visitor = await browser.visitor(site)
    await visitor.signIn('olga')
    const page = await visitor.open('/health')
    const main = page.locator('main')
    await page.getByText('probe-fails').waitFor()
    await page.getByRole('link', { name: 'its incident' }).first().click()
    await page.getByText(/Our own measurements have suspected it/).waitFor()

    await page.getByRole('link', { name: 'Mail that it touched' }).click()
    await page.getByRole('button', { name: 'Without Late by' }).click()
    await page.getByRole('button', { name: 'Without Direction' }).click()
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('menuitem', { name: 'Reply has' }).click()
    await page.getByLabel('Reply has').fill('Our disk is full')
    await page.getByRole('button', { name: 'Use' }).click()
    await page.getByRole('button', { name: 'Count this mail' }).click()
    await page.getByRole('status').getByText(`${letters} deliveries and refusals`, { exact: true }).waitFor()
    const kept = await page.evaluate<string>(
      "fetch('/api/v1' + location.pathname).then((answer) => answer.text())",
    )
    assert.doesNotMatch(kept, /Our disk is full/, 'what is counted is not kept yet')
    assert.deepEqual(await visitor.inaccessible(), [])
    await page.getByRole('button', { name: 'Keep this list' }).click()
    await page.getByRole('heading', { name: `${letters} deliveries and refusals` }).waitFor()
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ])
    const lines = readFileSync(await saved.path(), 'utf8')
      .trim()
      .split('\n')
    assert.equal(lines.length, letters + 1, 'a line each, below the names of the columns')
    assert.match(lines[1] ?? '', /anna@bakery\.example/)

    sink.behaviour = () => undefined
    await page.getByRole('button', { name: `Try now: ${letters}` }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Try now: ${letters} deliveries` })
      .click()
    await page.getByText(`done ${letters} deliveries`).waitFor()
    await waitUntil('all of it has arrived', () => sink.messages.length === letters)

    await main.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByText(/it closes with a cause/).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    noteTry(site, { component: 'outbound', path: 'node-1', failing: 0 })
    await page.getByRole('link', { name: 'What happened' }).click()
    await page.getByText(/is good again, and is watched/).waitFor()
    await page.getByRole('button', { name: 'Name the cause' }).click()
    await page.getByLabel('In words').fill('The disk of their server was full.')
    await page.getByRole('dialog').getByRole('button', { name: 'Name this cause' }).click()
    await page.getByText(/The cause is a next hop/).waitFor()
    await main.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByLabel('How it ended').fill('They made room; all of it was delivered.')
    await page.getByRole('dialog').getByRole('button', { name: 'Close the incident' }).click()
    await page.getByText(/It lasted .* and is over/).waitFor()

    await page.getByRole('link', { name: 'postmortem' }).click()
    const written = page.getByLabel('Text', { exact: true })
    await written.waitFor()
    await written.fill('# Why mail waited\n\nTheir disk was **full**.')
    await main.getByRole('heading', { name: 'Why mail waited' }).waitFor()
    await main.getByRole('button', { name: 'Keep the text' }).click()
    await main.getByText('kept, not published').waitFor()
    await main.getByRole('button', { name: 'Make it the last word' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make it the last word' }).click()
    await main.getByText('the last word of this incident').waitFor()
    assert.deepEqual(visitor.faults(), [])
  })
})

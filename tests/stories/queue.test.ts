import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { type SampleSite, startSampleSite } from '../harness/sample-site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('a technician at the queue', withBrowser, () => {
  let browser: TestBrowser
  let sample: SampleSite

  before(async () => {
    browser = await TestBrowser.start()
    sample = await startSampleSite()
    await sample.site.must('manager', 'add', 'tina', '--role', 'technical', '--tenant', 'house')
    await sample.site.must('manager', 'add', 'olga', '--role', 'operator')
    await sample.site.must('manager', 'add', 'rudi', '--role', 'reader', '--tenant', 'bakery')
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await sample[Symbol.asyncDispose]()
  })

  const held = async () =>
    (await sample.site.waiting('--state', 'held', '--domain', 'away.example'))
      .map((each) => each.rcptTo)
      .sort()

  test('mail to a dead next hop is held: counted first, asked, followed, and released again', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('tina')
    const page = await visitor.open('/queue')
    await page.getByRole('checkbox', { name: 'Choose smtp://127.0.0.1:1, waiting' }).check()
    await page.getByRole('button', { name: 'Hold' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Hold: 3 deliveries to 1 next hop?').waitFor()
    assert.deepEqual(await visitor.inaccessible(), [])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.deepEqual(await held(), [], 'who cancels has done nothing')
    await page.getByRole('button', { name: 'Hold' }).click()
    await dialog.getByRole('button', { name: 'Hold: 3 deliveries' }).click()
    await page.getByRole('region', { name: 'Your orders' }).getByText('3 deliveries').waitFor()
    await waitUntil('three are held', async () => (await held()).length === 3)
    assert.deepEqual(new Set(await held()), new Set(['desk@away.example']))
    await page.getByRole('checkbox', { name: 'Choose smtp://127.0.0.1:1, held' }).check()
    await page.getByRole('button', { name: 'Release' }).click()
    await dialog.getByRole('button', { name: 'Release: 3 deliveries' }).click()
    await waitUntil('none is held', async () => (await held()).length === 0)
    // What was ordered is found from every page, and does not go with the one that it was ordered on.
    await visitor.go('/messages')
    await page.getByRole('button', { name: /^Your orders/ }).click()
    const orders = page.getByRole('dialog', { name: 'Your orders' })
    await orders.getByRole('link', { name: 'Hold' }).waitFor()
    assert.deepEqual(await visitor.inaccessible(), [])
    await orders.getByRole('link', { name: 'Release' }).click()
    await page.waitForURL('**/queue')
    await orders.waitFor({ state: 'hidden' })
    assert.deepEqual(visitor.faults(), [])
  })

  test('one waiting message goes over another next hop, or back; a hop leads to the mail that is old there', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/queue?before=1d')
    await page.getByText('Nothing fits').waitFor()
    await visitor.open('/queue?before=2100-01-01')
    await page.getByRole('link', { name: /^smtp:\/\/127\.0\.0\.1:1, waiting/ }).click()
    await page.waitForURL(/\/messages\?state=waiting&recipient=away\.example/)
    await page.getByRole('link', { name: /^Lab results/ }).click()
    await page.getByRole('button', { name: 'Another next hop' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Next hop').fill(sample.sink.hop)
    await dialog.getByRole('button', { name: 'Send 1 delivery there' }).click()
    await waitUntil('it arrives', () =>
      sample.sink.messages.some(({ rcptTo }) => rcptTo.includes('desk@away.example')),
    )
    await visitor.open(`/messages/${sample.messages.waiting}`)
    await page.getByRole('button', { name: 'Return to the sender' }).click()
    await dialog.getByText('Return 1 delivery to the sender?').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.deepEqual(visitor.faults(), [])
  })

  test('the scope is in the address, every link keeps it, and an order goes no further', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('tina')
    const page = await visitor.open('/messages')
    await page.getByRole('button', { name: /^Scope: / }).click()
    await page
      .getByRole('textbox', { name: 'Find a tenant, a domain, a group or a person' })
      .fill('riverside')
    await page.getByRole('button', { name: /^Riverside Clinic/ }).click()
    await page.waitForURL('**/messages?scope=tenant:clinic')
    await page.getByRole('button', { name: 'Scope: Riverside Clinic' }).waitFor()
    await page.locator('main').getByText('Lab results', { exact: true }).waitFor()
    await waitUntil(
      'the mail of others is gone',
      async () => !/Flour for next week/.test(await visitor.text('main')),
    )
    await page.getByRole('link', { name: 'Queue' }).click()
    await page.waitForURL('**/queue?scope=tenant:clinic')
    await page.getByRole('table').getByText('clinic.example').first().waitFor()
    assert.doesNotMatch(await visitor.text('main'), /bakery\.example/)
    await page.getByRole('checkbox', { name: 'Choose all that are listed' }).check()
    await page.getByRole('button', { name: 'Hold' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: /^Hold: \d/ }).click()
    await waitUntil('they are held', async () => (await held()).length > 0)
    assert.ok((await held()).every((each) => !each.endsWith('@bakery.example')))
    assert.deepEqual(visitor.faults(), [])
  })

  test('who may only read sees no orders; what is not his is not there, by any address', async () => {
    await using visitor = await browser.visitor(sample.site, { width: 390, scheme: 'dark' })
    await visitor.signIn('rudi')
    const page = await visitor.open('/queue')
    await page.getByRole('table', { name: 'Next hops' }).waitFor()
    assert.equal(await page.getByRole('checkbox').count(), 0)
    assert.doesNotMatch(await visitor.text('body'), /away\.example|clinic\.example/)
    for (const path of [
      `/messages/${sample.messages.waiting}`,
      '/messages?scope=tenant:clinic',
      '/?scope=domain:away.example',
    ]) {
      await visitor.open(path)
      await page
        .getByText(/There is no|No such message/)
        .first()
        .waitFor()
      assert.doesNotMatch(await visitor.text('main'), /Appointment|Lab results/, path)
    }
    assert.deepEqual(visitor.faults(/status of 404/), [])
  })
})

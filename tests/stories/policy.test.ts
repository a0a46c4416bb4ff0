import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { sendLetter } from '../harness/letter.ts'
import { type SampleSite, startSampleSite } from '../harness/sample-site.ts'
import { settledStory, storyOf } from '../harness/story.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** A rule written, tried, dry-run, activated and undone, by somebody with a mouse; the mail goes by it meanwhile. */
describe('a rule of a customer', withBrowser, () => {
  let browser: TestBrowser
  let sample: SampleSite

  before(async () => {
    browser = await TestBrowser.start()
    sample = await startSampleSite()
    await sample.site.must('manager', 'add', 'olga', '--role', 'operator')
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await sample[Symbol.asyncDispose]()
  })

  const fate = async (name: string) => {
    const id = await sendLetter(sample.site, { to: 'anna@bakery.example', name, from: 'orders@mill.example' })
    const { deliveries } = await storyOf(sample.site, id)
    return deliveries[0]?.state ?? ''
  }

  const newestVersion = async () => {
    const { versions } = await sample.site.json<{ versions: { version: number }[] }>(
      ...['policy', 'versions', 'bakery'],
    )
    return String(versions[0]?.version)
  }

  test('a change on trial: how it does, ended, and another one put on trial where it is edited', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/policy/trials?level=tenant:bakery')
    await page.getByText('held with it').waitFor()
    await page.getByRole('cell', { name: 'quarantine' }).first().waitFor()
    await page.getByRole('button', { name: 'End the trial' }).click()
    await page.getByRole('button', { name: 'End it' }).click()
    await page.getByText(/the trial is over; what was in force stays/).waitFor()
    await page.getByText('within 90 days').waitFor()

    await visitor.open('/policy?level=tenant:bakery')
    await page.getByLabel(/^tolerance: /).fill('90')
    await page.getByRole('button', { name: 'Dry run or trial' }).click()
    await page.getByRole('button', { name: 'Put it on trial' }).click()
    await page.getByText('in the shadow since').waitFor()
    await page.getByRole('button', { name: 'Promote' }).click()
    await page.getByRole('button', { name: 'Promote it' }).click()
    await page.getByText(/in force for all\./).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await waitUntil('it is as before', async () =>
      /taken back by/.test(await sample.site.must('policy', 'versions', 'bakery')),
    )
  })

  test('a rule written and put on trial, in force for one by keys alone, then for all', async () => {
    const [anna, other] = ['anna@bakery.example', 'bertrand.van-der-lindenhof@bakery.example']
    await using visitor = await browser.visitor(sample.site, { width: 390, height: 844 })
    await visitor.signIn('olga')
    const page = await visitor.open('/policy/rules?level=tenant:bakery')
    await page.getByRole('button', { name: 'New rule' }).click()
    await page.getByLabel('Name').fill('Raffles')
    await page.getByLabel('When 1: test').selectOption('contains')
    await page.getByLabel('When 1: values, one a line').fill('Raffle')
    await page.getByLabel('Action 1', { exact: true }).selectOption('hold')
    await page.getByRole('button', { name: 'Put it on trial' }).click()
    await page.getByText('in the shadow since').waitFor()
    await page.getByText('Nothing is done by its word. It goes on when a person says so.').waitFor()
    let n = 0
    const settled = async (to: string) => {
      const name = `Raffle ${n++}`
      const id = await sendLetter(sample.site, { to, name, from: 'orders@mill.example' })
      const story = await waitUntil(`${name} is settled`, () => settledStory(sample.site, id))
      return story.deliveries[0]?.state
    }
    const both = async () => [await settled(anna), await settled(other)]
    await waitUntil('it is listed what it would do', async () => {
      assert.deepEqual(await both(), ['delivered', 'delivered'])
      return (await page.locator('td b', { hasText: /^hold$/ }).count()) > 0
    })

    await page.getByRole('button', { name: /^For some/ }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Put it in force for some' })
    await dialog.getByText('Choose a share, or name somebody.').waitFor()
    const submit = dialog.getByRole('button', { name: 'Put it in force for them' })
    assert.equal(await submit.isDisabled(), true)
    assert.deepEqual(await visitor.inaccessible(), [])
    assert.equal(await visitor.sideways(), 0)
    await page.keyboard.press('Tab')
    await page.keyboard.type('anna@clinic.example')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await dialog.getByText(/anna@clinic\.example is nobody of tenant:bakery/i).waitFor()
    await dialog.getByLabel('And these people').fill(anna)
    await submit.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('It is in force for 1 person by name.').waitFor()
    await page.getByText('under way').waitFor()
    await waitUntil('one has it, the other has not', async () => (await both()).join() === 'held,delivered')
    assert.deepEqual(await visitor.inaccessible(), [])
    assert.deepEqual(await visitor.sidewaysTables(), [])

    await page.getByRole('button', { name: /^Promote/ }).click()
    await page.getByRole('button', { name: 'Promote it' }).click()
    await page.getByText(/in force for all\./).waitFor()
    await waitUntil('both have it', async () => (await both()).join() === 'held,held')
    await page.locator('tr', { hasText: 'Raffles' }).getByText('promoted by manager:olga').waitFor()
    await sample.site.must('policy', 'undo', await newestVersion())
    assert.deepEqual(visitor.faults(/status of 400/), [])
  })

  test('written, refused with the reason, tried, dry-run, activated, undone', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/policy/rules?level=tenant:bakery')
    await page.getByRole('button', { name: 'New rule' }).click()
    await page.getByLabel('Name').fill('Invoices')
    const values = page.getByLabel('When 1: values, one a line')
    await page.getByLabel('When 1: test').selectOption('matches')
    await values.fill('(Invoice')
    await page.getByText(/It cannot be saved like this: the pattern for subject/).waitFor()
    await page.getByLabel('When 1: test').selectOption('contains')
    await values.fill('Invoice')
    await page.getByLabel('Action 1', { exact: true }).selectOption('hold')
    await page.getByText('When subject contains Invoice: hold it for a person.').waitFor()

    await page
      .getByLabel('Source of a message')
      .fill('From: a@sender.example\nSubject: Invoice 17\n\nPlease pay')
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByText(/the rule holds/).waitFor()
    await page.getByText('hold', { exact: true }).first().waitFor()

    await page.getByRole('button', { name: 'Start the dry run' }).click()
    const done = page.locator('[data-done]')
    await done.waitFor()
    const found = await visitor.text('[data-done]')
    assert.match(found, /1 delivery: deliver → hold/)
    assert.match(found, /Invoice 2026-1187/)
    assert.doesNotMatch(found, /clinic/)

    await page.getByRole('button', { name: 'Save the rule' }).click()
    const toast = page.getByText('The rule Invoices is saved and on.')
    await toast.waitFor()
    await waitUntil(
      'the mail goes by it',
      async () => (await fate('Invoice by rule')) === 'held',
      60_000,
      500,
    )
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Taken back.').waitFor()
    await waitUntil(
      'the mail goes as before',
      async () => (await fate('Invoice again')) !== 'held',
      60_000,
      500,
    )
    await page.getByText('Invoices', { exact: true }).first().waitFor({ state: 'detached' })

    await visitor.open('/policy/versions?level=tenant:bakery')
    await page.getByRole('button', { name: /Took back the rule Invoices/ }).click()
    await page.getByText('not there').waitFor()
    assert.deepEqual(visitor.faults(/status of 400|status of 404/), [])
  })

  test('a setting is changed where it stands, and given back to the level above', async () => {
    await using visitor = await browser.visitor(sample.site, { width: 390 })
    await visitor.signIn('olga')
    const page = await visitor.open('/policy?level=tenant:bakery')
    const field = page.getByLabel(/^tolerance: a whole number/)
    await field.waitFor()
    assert.equal(await field.inputValue(), '180')
    await page.getByText('from reseller partner').first().waitFor()
    await field.fill('120')
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByRole('button', { name: 'Start the dry run' }).click()
    await page.getByRole('dialog').locator('[data-done]').waitFor()
    await page.keyboard.press('Escape')
    // The dialog gives the focus back to its button a moment later, and would take Enter along.
    await page.locator('button:focus', { hasText: 'Dry run' }).waitFor()
    await field.press('Enter')
    await page.getByText('Tolerance is changed.').waitFor()
    await page.getByRole('button', { name: 'Use 180' }).click()
    await waitUntil('it is inherited again', async () => (await field.inputValue()) === '180', 60_000, 100)
    assert.deepEqual(visitor.faults(), [])
  })

  test('senders: what cannot be allowed stays in the field with the reason', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/policy/lists?level=tenant:bakery')
    await page.getByLabel('Senders', { exact: true }).first().fill('gmail.com\nsupplier.example')
    await page.getByRole('button', { name: 'Start the dry run' }).click()
    await page.locator('[data-done]').waitFor()
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.getByText(/gmail\.com was not taken/).waitFor()
    await page.getByText('1 sender added to the allow list.').waitFor()
    await page.getByText('supplier.example').waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Senders' }).inputValue(), 'gmail.com')
    assert.deepEqual(visitor.faults(), [])
  })
})

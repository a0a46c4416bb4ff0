import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { operatorOf } from '../harness/operator.ts'
import { TestSamlProvider } from '../harness/saml-provider.ts'
import { type SampleSite, startSampleSite } from '../harness/sample-site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('whoever looks after the house, in the console', withBrowser, () => {
  let browser: TestBrowser
  let sample: SampleSite
  let program: Server
  /** What the program on the other side answers. */
  let status = 500

  before(async () => {
    program = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end())
    })
    await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve))
    browser = await TestBrowser.start()
    sample = await startSampleSite({ 'web.allowNetworks': ['127.0.0.0/8'] })
    await sample.site.must('manager', 'add', 'olga', '--role', 'operator')
  })
  after(async () => {
    program.close()
    await browser[Symbol.asyncDispose]()
    await sample[Symbol.asyncDispose]()
  })

  test('a brand: a colour that cannot be read is seen and refused, a good one is kept and looked at', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/brand?scope=tenant:clinic')
    const name = page.getByLabel('Name', { exact: true })
    assert.equal(await name.getAttribute('placeholder'), 'Northlight Mail', 'as at the reseller')
    await name.fill('Clinic Post')
    await page.getByLabel('Colour', { exact: true }).fill('#ffe08a')
    await page.getByText(/too light for white text/).waitFor()
    await page.getByRole('button', { name: 'Save the brand' }).click()
    await page
      .getByRole('alert')
      .getByText(/cannot be read/)
      .waitFor()
    await page.getByLabel('Colour', { exact: true }).fill('#0b6b4f')
    await page.getByText(/: can be read/).waitFor()
    await page.getByRole('button', { name: 'Save the brand' }).click()
    await page.getByText('The brand is saved').waitFor()
    await page.reload()
    await name.waitFor()
    assert.equal(await name.inputValue(), 'Clinic Post')
    assert.deepEqual(visitor.faults(/400/), [])
  })

  test('a webhook whose program failed: why is listed, and trying now gets it through', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/webhooks?scope=tenant:clinic')
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Till')
    await page
      .getByLabel('Address', { exact: true })
      .fill(`http://127.0.0.1:${(program.address() as AddressInfo).port}/in`)
    await page.getByRole('dialog').getByRole('button', { name: 'Add the webhook' }).click()
    await page
      .getByRole('dialog', { name: 'The webhook is made' })
      .getByRole('button', { name: 'Close' })
      .click()
    await page.getByRole('link', { name: 'Webhook Till' }).click()
    await page.getByText('Nothing has been sent yet').waitFor()
    await page.getByRole('button', { name: 'Test Till' }).click()
    // The first one is sent again by itself after five seconds, and has a line of its own.
    await page.getByText('it answered 500', { exact: true }).first().waitFor()
    status = 200
    await page.getByRole('button', { name: 'Test Till' }).click()
    await page.getByText('taken (200)', { exact: true }).first().waitFor()
    await page.getByLabel('Held').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('It is saved.').waitFor()
    await page.getByRole('button', { name: 'Pause Till' }).click()
    await page.getByText(/paused since/).waitFor()
    await page.getByRole('button', { name: 'Resume Till' }).click()
    await page.getByText('in order', { exact: true }).waitFor()

    // Somebody else gives it another name: that is not written over, and what was meant here is not lost.
    await page.getByLabel('Released').check()
    const path = `/webhooks/${new URL(page.url()).pathname.split('/').pop()}`
    const give = await operatorOf(sample.site, 'faster')
    await give('PATCH', path, { name: 'Counter' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('is not as you have seen it').waitFor()
    const name = page.getByLabel('Name', { exact: true })
    await waitUntil('its name is shown', async () => (await name.inputValue()) === 'Counter')
    assert.ok(await page.getByLabel('Released').isChecked())
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('is not as you have seen it').waitFor({ state: 'hidden' })
    await waitUntil('both changes stand', async () => {
      const now = await give<{ name: string; kinds: string[] }>('GET', path)
      return now.name === 'Counter' && now.kinds.includes('released')
    })
    assert.deepEqual(visitor.faults(/status of 412/), [])
  })

  test('a group: made, filled, emptied, and that is taken back', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/people/groups')
    await page.getByRole('button', { name: 'Make a group' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Nurses')
    await page.getByRole('combobox', { name: 'Domain' }).fill('clinic')
    await page.getByRole('option', { name: 'clinic.example' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make the group' }).click()
    await page.getByRole('heading', { name: 'Nurses', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Put people in' }).click()
    await page.getByLabel('Addresses').fill('anna\nfull@clinic.example')
    await page.getByRole('button', { name: 'Put 2 people in' }).click()
    await page.getByText('2 people of').waitFor()
    await page.getByRole('checkbox', { name: 'Choose anna@clinic.example' }).check()
    await page.getByRole('button', { name: 'Take 1 person out' }).click()
    await page.getByText('1 person of').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('2 people of').waitFor()
    assert.deepEqual(visitor.faults(), [])
  })

  test('an identity provider: whoever has a password gives it again before he sets or removes one', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('pia', '--role', 'administrator', '--tenant', 'clinic')
    const page = await visitor.open('/profile')
    await page.getByLabel('New password').fill('three plain words')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('The password is set').waitFor()
    await visitor.go('/identity')
    await page.getByLabel('Name', { exact: true }).fill('Clinic login')
    await page.getByLabel('Protocol').selectOption('saml')
    await page.getByLabel('Metadata of the provider').fill(new TestSamlProvider().metadata())
    const set = page.getByRole('button', { name: 'Set the provider' })
    assert.equal(await set.isDisabled(), true, 'not without a proof')
    await page.getByLabel('Present password').fill('something else')
    await set.click()
    await page.getByRole('alert').getByText('The password of now is another one').waitFor()
    await page.getByLabel('Present password').fill('three plain words')
    await set.click()
    await page.getByText('Nobody was refused').waitFor()
    await page.getByRole('button', { name: 'Remove Clinic login' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Present password').fill('three plain words')
    await dialog.getByRole('button', { name: 'Remove the provider' }).click()
    await page.getByRole('button', { name: 'Set the provider' }).waitFor()
    assert.deepEqual(visitor.faults(/400/), [])
  })

  test('seeing as others do: with a reason, told on every page, and nothing can be changed', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/tenants/bakery')
    await page.getByRole('button', { name: 'See as they do' }).click()
    const begin = page.getByRole('dialog').getByRole('button', { name: 'See as they do' })
    assert.equal(await begin.isDisabled(), true, 'not without a reason')
    await page.getByLabel('Reason').fill('a call about yeast')
    await begin.click()
    await page.getByText(/a call about yeast/).waitFor()
    await visitor.open('/tenants/bakery')
    await page.getByRole('heading', { name: 'Harbour Bakery' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'See as they do' }).count(), 0)
    await visitor.open('/tenants/clinic')
    await page.getByText(/There is no tenant clinic/).waitFor()
    await page.getByRole('button', { name: 'Look with my own eyes' }).click()
    await page.getByText(/a call about yeast/).waitFor({ state: 'hidden' })
    assert.match(await sample.site.must('audit-log'), /view-begun[\s\S]*a call about yeast/)
    visitor.faults(/404/)
  })

  test('a set of definitions on trial is rolled back with a reason', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/definitions')
    await page.getByText('2026.11-prizes beside shipped').waitFor()
    await page.getByRole('button', { name: 'Roll back 2026.11-prizes' }).click()
    await page.getByLabel('Why').fill('not needed')
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click()
    await page.getByText('taken back', { exact: true }).waitFor()
    await page.getByText(/nothing is on trial/).waitFor()
    assert.match(await sample.site.must('audit-log'), /definitions-taken-back[\s\S]*not needed/)
    assert.deepEqual(visitor.faults(), [])
  })

  test('a component: changed, said to do otherwise, taken from the page, and shown again once it is offered', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/status-page')
    const dialog = page.getByRole('dialog')
    const edit = page.getByRole('button', { name: 'Edit Quarantine', exact: true })
    const what = dialog.getByLabel('What it is', { exact: true })
    await edit.click()
    await what.fill('Where mail is set aside')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('It is changed, and published.').waitFor()
    await page.getByRole('button', { name: 'Override Quarantine', exact: true }).click()
    await dialog.getByLabel('Why').fill('its probe asks too early')
    await dialog.getByRole('button', { name: 'Show it so' }).click()
    await page.getByText(/Said to be operational until .* by .*olga: its probe asks too early/).waitFor()

    await edit.click()
    assert.equal(await what.inputValue(), 'Where mail is set aside')
    await dialog.getByRole('button', { name: 'Take it from the page' }).click()
    await dialog
      .filter({ hasText: 'Its days are seen no more' })
      .getByRole('button', { name: 'Take it from the page' })
      .click()
    await page.getByText('Quarantine is no more on the status page.').waitFor()
    await dialog.waitFor({ state: 'hidden' })
    await edit.waitFor({ state: 'hidden' })
    await page.getByText(/1 new component is measured and not on the page: Quarantine/).waitFor()
    await page.getByRole('button', { name: 'Show it', exact: true }).click()
    await edit.waitFor()
    assert.deepEqual(visitor.faults(), [])
  })

  test('how mail went is chosen for an hour, a day or a week, and stands in the address', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/')
    await page.getByRole('heading', { name: 'Last 60 minutes' }).waitFor()
    await page.getByText('7 d', { exact: true }).click()
    await page.getByRole('heading', { name: 'Last 7 days' }).waitFor()
    assert.equal(new URL(page.url()).searchParams.get('time'), '7-days')
    await page.reload()
    await page.getByRole('heading', { name: 'Last 7 days' }).waitFor()
    assert.deepEqual(visitor.faults(), [])
  })
})

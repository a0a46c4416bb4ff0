import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MailProgram } from '@mailkeep/contract'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { sendLetter } from '../harness/letter.ts'
import { type GiveOrder, operatorOf } from '../harness/operator.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('a technician takes on a customer in the console', withBrowser, () => {
  let browser: TestBrowser
  let sink: Sink
  let site: TestSite
  let give: GiveOrder
  let dns: TestDnsServer

  before(async () => {
    browser = await TestBrowser.start()
    sink = await Sink.start()
    dns = await startDnsServer()
    const settings = { 'dns.servers': [dns.address] }
    site = await TestSite.start({ domains: {}, users: [], settings })
    await site.must('tenant', 'add', 'house', '--level', 'operator', '--name', 'Brightwater Hosting')
    await site.must('tenant', 'add', 'other', '--parent', 'house', '--name', 'Other Ltd')
    await site.must('domain', 'add', 'other.test', '--tenant', 'other', '--next-hop', sink.hop)
    await site.must('manager', 'add', 'olga', '--role', 'operator')
    give = await operatorOf(site, 'faster')
    await site.must('manager', 'add', 'otto', '--role', 'technical', '--tenant', 'other')
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await dns.close()
    await sink.down()
  })

  test('customer, domain, people from a file, a test of the next hop: and its mail is taken', async () => {
    await using visitor = await browser.visitor(site)
    await visitor.signIn('olga')
    const page = await visitor.open('/tenants')
    await page.getByRole('button', { name: 'Add a tenant' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Café Zwölf')
    await page.getByRole('button', { name: 'Add the customer' }).click()
    await page.getByRole('heading', { name: 'Café Zwölf' }).waitFor()
    assert.match(page.url(), /\/tenants\/caf/)

    await visitor.open('/tenants?list=domains')
    await page.getByRole('button', { name: 'Add a domain' }).click()
    await page.getByLabel('Domain', { exact: true }).fill('cafe.test')
    await page.getByRole('combobox', { name: 'Tenant' }).fill('zwölf')
    await page.getByRole('option', { name: /Café Zwölf/ }).click()
    await page.getByLabel('Next hop').fill(sink.hop)
    await page.getByRole('button', { name: 'Add the domain' }).click()
    await page.getByRole('heading', { name: 'cafe.test' }).waitFor()
    await page.getByText('all mail for this domain is refused').waitFor()

    await page.getByRole('button', { name: 'Test it now' }).click()
    await page.getByText('takes mail', { exact: true }).waitFor()
    await page.getByText('RCPT TO:<postmaster@cafe.test>').waitFor()
    assert.equal(sink.messages.length, 0)

    await visitor.open('/people')
    await page.getByRole('button', { name: 'From a file' }).click()
    await page
      .getByLabel('Or its lines')
      .fill('address,name\nanna@cafe.test,Anna Berg\nnobody@nowhere.test,X\n')
    await page.getByRole('button', { name: 'Look through it' }).click()
    await page.getByText('1 line cannot be used').waitFor()
    await page.getByRole('button', { name: 'Add 1 line' }).click()
    await page.getByRole('link', { name: /Anna Berg/ }).click()
    await page.getByText('In no group').waitFor()
    await site.knows('anna@cafe.test')

    // Somebody else is faster: neither name is lost, and who has seen that may go on.
    await page.getByLabel('As it is shown').fill('Anna Stein')
    await give('PATCH', '/people/anna@cafe.test', { displayName: 'Anna Bach' })
    await page.getByRole('button', { name: 'Save the name' }).click()
    await page.getByText('is not as you have seen it').waitFor()
    assert.equal(await page.getByLabel('As it is shown').inputValue(), 'Anna Stein')
    await page.getByRole('heading', { name: 'Anna Bach' }).waitFor()
    await page.getByRole('button', { name: 'Save the name' }).click()
    await page.getByRole('heading', { name: 'Anna Stein' }).waitFor()

    // Of two fields somebody else changes the one that nobody has touched here: it stays as he has it.
    await visitor.open('/domains/cafe.test?tab=setup')
    const anyRecipient = page.getByLabel('Take mail for every address')
    await anyRecipient.check()
    const theirs = 'smtp://mail.cafe.test:2525'
    await give('PATCH', '/domains/cafe.test', { nextHop: theirs })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('is not as you have seen it').waitFor()
    await waitUntil('it is shown', async () => (await page.getByLabel('Next hop').inputValue()) === theirs)
    assert.ok(await anyRecipient.isChecked())
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('cafe.test is changed.').waitFor()
    const now = await give<{ nextHop: string; anyRecipient: boolean }>('GET', '/domains/cafe.test')
    assert.deepEqual([now.nextHop, now.anyRecipient], [theirs, true])
    assert.deepEqual(visitor.faults(/status of 412/), [])
  })

  test('a customer is added below the reseller that is looked at, and nobody has to know its id', async () => {
    await site.must(
      'tenant',
      'add',
      'north',
      '--parent',
      'house',
      '--level',
      'reseller',
      '--name',
      'Northlight',
    )
    await using visitor = await browser.visitor(site)
    await visitor.signIn('olga')
    const page = await visitor.open('/tenants?scope=tenant:north')
    const add = async (name: string) => {
      await page.getByRole('button', { name: 'Add a tenant' }).click()
      await page.getByLabel('Name', { exact: true }).fill(name)
    }
    await add('Lamp Ltd')
    await page.getByRole('button', { name: 'Add the customer' }).click()
    await page.getByRole('heading', { name: 'Lamp Ltd' }).waitFor()
    await visitor.open('/tenants')
    await add('Kite Ltd')
    await page.getByRole('combobox', { name: 'Below' }).fill('light')
    await page.getByRole('option', { name: /^Northlight/ }).click()
    await page.getByRole('button', { name: 'Add the customer' }).click()
    await page.getByRole('heading', { name: 'Kite Ltd' }).waitFor()
    for (const id of ['lamp-ltd', 'kite-ltd'])
      assert.equal((await give<{ parent: string }>('GET', `/tenants/${id}`)).parent, 'north')
    assert.deepEqual(visitor.faults(), [])
  })

  test('domains with something wrong in DNS are found, and who has looked at one anew finds the list so', async () => {
    dns.setZone({
      'lights.test': { MX: [{ preference: 10, exchange: 'elsewhere.test' }], TXT: ['v=spf1 -all'] },
    })
    await site.must('domain', 'add', 'lights.test', '--tenant', 'other', '--next-hop', sink.hop)
    await using visitor = await browser.visitor(site, { width: 390 })
    await visitor.signIn('olga')
    // Whoever opens its page looks anew; else the clock does, within the hour.
    const page = await visitor.open('/domains/lights.test')
    await page.getByText('something else stands there').waitFor()
    await visitor.open('/tenants?list=domains&text=lights.test')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('menuitem', { name: 'Wrong in DNS' }).click()
    await page.getByRole('option', { name: 'SPF', exact: true }).click()
    await page.getByText('No domain had this wrong').waitFor()
    await page.getByRole('button', { name: 'Wrong in DNS SPF' }).click()
    await page.getByRole('option', { name: 'MX', exact: true }).click()
    await page.waitForURL('**/tenants?list=domains&text=lights.test&wrong=mx')
    await page.getByRole('link', { name: /^lights\.test/ }).waitFor()
    await page.getByText('MX, Autodiscover +3').waitFor()
    assert.deepEqual(await visitor.inaccessible(), [])
    assert.equal(await visitor.sideways(), 0)
    assert.deepEqual(visitor.faults(), [])
  })

  test('with a mail password stands what else is entered in the program, each to be copied', async () => {
    await site.must('user', 'add', 'lena@other.test')
    await using visitor = await browser.visitor(site, { width: 390, scheme: 'dark' })
    await visitor.signIn('otto')
    const page = await visitor.open('/people/lena@other.test')
    await page.getByRole('button', { name: 'Make one' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Telephone')
    await page.getByRole('button', { name: 'Make the password' }).click()
    const dialog = page.getByRole('dialog', { name: 'The mail password' })
    await dialog.getByText('lena@other.test').waitFor()
    const { host, doors } = await give<MailProgram>('GET', '/mail-program')
    assert.deepEqual(
      doors.map(({ security }) => security),
      ['STARTTLS', 'TLS'],
    )
    // They are asked for when the dialog opens.
    for (const shown of [host, ...doors.map(({ port }) => String(port))])
      await dialog.getByText(shown, { exact: true }).first().waitFor()
    for (const name of ['the server', 'the port for STARTTLS', 'the port for TLS', 'the user name'])
      await dialog.getByRole('button', { name: `Copy ${name}` }).waitFor()
    assert.deepEqual(await visitor.inaccessible(), [])
    assert.equal(await visitor.sideways(), 0)
    assert.deepEqual(visitor.faults(), [])
  })

  test('people whom mail came for are added at one stroke', async () => {
    await site.must(
      'domain',
      'add',
      'seen.test',
      '--tenant',
      'other',
      '--next-hop',
      sink.hop,
      '--any-recipient',
    )
    await site.knows('x@seen.test')
    for (const to of ['mia@seen.test', 'mia@seen.test', 'noah@seen.test'])
      await sendLetter(site, { to, name: `for ${to}` })
    await waitUntil('both have their mail', () => sink.messages.length === 3)
    await using visitor = await browser.visitor(site, { width: 390 })
    await visitor.signIn('otto')
    const page = await visitor.open('/domains/seen.test?tab=people')
    await waitUntil('both are seen', async () => {
      await page.reload()
      await page.getByRole('button', { name: 'From mail seen' }).click()
      await page
        .getByText(/Nobody new|the last/)
        .first()
        .waitFor()
      return (await page.getByText(/2 messages|1 message,/).count()) === 2
    })
    await page.getByRole('dialog').waitFor()
    assert.deepEqual(await visitor.inaccessible(), [])
    assert.equal(await visitor.sideways(), 0)
    await page.getByLabel('noah@seen.test').uncheck()
    await page.getByRole('button', { name: 'Add 1 person' }).click()
    await page.getByText('1 person is added.').waitFor()
    await page.getByRole('link', { name: /mia@seen\.test/ }).waitFor()
    assert.match(await site.must('user', 'list', 'seen.test'), /mia@seen\.test/)
    assert.doesNotMatch(await site.must('user', 'list', 'seen.test'), /noah/)
    assert.deepEqual(visitor.faults(), [])
  })

  test('whoever looks after another customer finds nothing of it', async () => {
    await using visitor = await browser.visitor(site)
    await visitor.signIn('otto')
    const page = await visitor.open('/tenants?list=domains')
    await page.getByText('other.test').first().waitFor()
    assert.doesNotMatch(await visitor.text('main'), /cafe|Brightwater/i)
    await visitor.open('/domains/cafe.test')
    await page.getByText('There is no domain cafe.test in your reach.').first().waitFor()
    await visitor.open('/people?text=anna')
    await page.getByText('Nothing fits').waitFor()
  })
  test('a leaver with an alias is much of a small firm: said at once, found later, brought back or let go', async () => {
    const [max, alias] = ['max@other.test', 'm@other.test']
    await give('POST', '/people', { people: [{ address: max }, { address: alias, aliasOf: max }] })
    await using visitor = await browser.visitor(site, { width: 390, scheme: 'dark' })
    await visitor.signIn('otto')
    const page = await visitor.open(`/people/${max}`)
    const dialog = page.getByRole('dialog')
    const remove = async (addresses: string) => {
      await page.getByRole('button', { name: 'Remove', exact: true }).click()
      await dialog.getByRole('button', { name: `Remove ${addresses}` }).click()
      await dialog.getByText('2 addresses stay until somebody confirms').waitFor()
    }
    await remove('2 addresses')
    await dialog.getByText(alias).waitFor()
    assert.deepEqual(await visitor.inaccessible(), [])
    await dialog.getByRole('button', { name: 'Later' }).click()
    const lost = page.getByText(/2 addresses\s+of other\.test went at once/)
    await lost.waitFor()
    assert.equal(await visitor.sideways(), 0)
    assert.deepEqual(await visitor.inaccessible(), [])
    await visitor.open('/')
    await page.getByRole('link', { name: /addresses of other\.test are missing/ }).click()
    await lost.waitFor()
    await page.getByRole('button', { name: 'Bring back' }).click()
    await dialog.getByRole('button', { name: 'Bring 2 addresses back' }).click()
    await lost.waitFor({ state: 'hidden' })
    assert.match(await site.must('user', 'list', 'other.test'), /max@/)
    await give('DELETE', `/people/${max}`)
    await visitor.open(`/people/${alias}`)
    await remove('1 address')
    await dialog.getByRole('button', { name: 'Let 2 addresses go' }).click()
    await page.getByText('2 addresses are gone.').waitFor()
    assert.equal((await site.command('directory', 'status')).code, 0)
    // Of who is taken away his page asks once more while it is left.
    assert.deepEqual(visitor.faults(/people\/m(ax)?%40other\.test/), [])
  })

  test('a person is taken away after a question; a manager is kept out and let in again', async () => {
    await site.must('user', 'add', 'ida@other.test')
    await using visitor = await browser.visitor(site)
    await visitor.signIn('olga')
    const page = await visitor.open('/people/ida@other.test')
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await dialog.getByText('Remove ida@other.test?').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    assert.match(await site.must('user', 'list', 'other.test'), /ida@/)
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await dialog.getByRole('button', { name: 'Remove 1 address' }).click()
    await page.getByText('ida@other.test is removed.').waitFor()
    await waitUntil('the list is open', () => /\/people(\?|$)/.test(page.url()))
    assert.doesNotMatch(await site.must('user', 'list', 'other.test'), /ida@/)

    await visitor.open('/managers/otto')
    await page.getByRole('button', { name: 'Make a sign-in link' }).click()
    await dialog.getByText('Link for otto').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Keep out' }).click()
    await dialog.getByRole('button', { name: 'Keep out' }).click()
    await page.getByText('otto is kept out.').waitFor()
    await page.getByRole('button', { name: 'Let in again' }).click()
    await page.getByText('otto may sign in again.').waitFor()
    // Of who is taken away his page asks once more while it is left.
    assert.deepEqual(visitor.faults(/people\/ida%40other\.test/), [])
  })
})

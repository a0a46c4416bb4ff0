import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askSite } from '../harness/ask-site.ts'
import { TestBrowser, type Visitor, withBrowser } from '../harness/browser.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { ldapPerson, Slapd } from '../harness/slapd.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

const base = 'dc=corp,dc=test'
const people = 5000
/** Where pictures go when somebody wants to look: MAILKEEP_SCREENS names a folder. */
const screens = process.env.MAILKEEP_SCREENS

describe('user sync in the console', { skip: withBrowser.skip || (Slapd.missing() ?? false) }, () => {
  let sink: Sink
  let site: TestSite
  let slapd: Slapd
  let browser: TestBrowser

  before(async () => {
    sink = await Sink.start()
    const ldif = Array.from({ length: people }, (_, n) =>
      ldapPerson(base, `u${n}`, `u${n}@corp.test`, {
        name: `Person ${n}`,
        aliases: [`alias${n}@corp.test`],
        group: n % 2 === 0 ? 'Sales' : 'Workshop',
      }),
    )
    slapd = await Slapd.start(ldif.join(''))
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: { 'sync.allowNetworks': ['127.0.0.0/8'] },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'corp', '--parent', 'house')
    await site.must('domain', 'add', 'corp.test', '--tenant', 'corp', '--next-hop', sink.hop)
    browser = await TestBrowser.start()
  })
  after(async () => {
    await browser?.[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await Promise.all([slapd.stop(), sink.down()])
  })

  async function looked(visitor: Visitor, name: string): Promise<void> {
    await visitor.settle()
    if (screens) await visitor.page.screenshot({ path: `${screens}/sync-${name}.png` })
    assert.deepEqual(await visitor.inaccessible(), [], name)
    assert.equal(await visitor.sideways(), 0, name)
  }

  test('a technician adds a directory of 5,000 people, sees what it would do, and enables it', async () => {
    await using visitor = await browser.visitor(site)
    await visitor.signIn('tom', '--role', 'technical', '--tenant', 'corp')
    const page = await visitor.open('/sync?scope=tenant:corp')
    await page.getByText('People are not brought from anywhere yet').waitFor()
    await looked(visitor, 'empty-1440-light')
    await page.getByRole('button', { name: 'Add a source' }).click()
    await page.getByRole('heading', { name: 'Add a source of people' }).waitFor()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Head office')
    await page.getByLabel('Server').fill(`ldap://127.0.0.1:${slapd.port}`)
    await page.getByLabel('Search below').fill(base)
    await page.getByLabel('Sign in as').fill(slapd.bindDn)
    await page.getByLabel('Attribute with groups').fill('departmentNumber')
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong')
    await looked(visitor, 'new-1440-light')
    await page.getByRole('button', { name: 'Add and preview' }).click()
    await page.getByText('the directory refuses our sign-in').waitFor()
    await looked(visitor, 'failed-1440-light')

    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('textbox', { name: 'Password' }).fill(slapd.password)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('Would be added').waitFor({ timeout: 60_000 })
    const table = page.getByRole('table', { name: 'Differences' })
    await table.getByText('u0@corp.test').first().waitFor()
    assert.ok((await table.getByRole('row').count()) < 120, 'only the rows in sight are there')
    await looked(visitor, 'preview-1440-light')
    assert.equal((await site.json<{ users: object[] }>('user', 'list', 'corp.test')).users.length, 0)

    await page.getByPlaceholder('Part of an address').fill('alias4999')
    await page.keyboard.press('Enter')
    await page.getByText('alias of u4999@corp.test').waitFor()
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.getByText('runs by itself from now on').waitFor()
    await site.knows('alias4999@corp.test')
    await page.getByRole('table', { name: 'Runs' }).getByText('done').first().waitFor({ timeout: 60_000 })
    await looked(visitor, 'runs-1440-light')
    await page.goto(`${visitor.address}/domains/corp.test?tab=people`)
    await page.getByRole('main').getByRole('link', { name: 'User sync' }).click()
    await page.waitForURL('**/sync?scope=domain:corp.test')
    await page.getByRole('table', { name: 'Sources' }).getByText('Head office', { exact: true }).waitFor()
    await looked(visitor, 'list-1440-light')
    const expected = /422|409|400/
    assert.deepEqual(visitor.faults(expected), [])
  })

  test('a loss waits; it is seen on a phone, in the dark, and confirmed there', async () => {
    const gone = Array.from(
      { length: 1000 },
      (_, n) => `dn: uid=u${n},ou=people,${base}\nchangetype: delete\n`,
    )
    slapd.change(gone.join('\n'))
    await using visitor = await browser.visitor(site, { width: 390, height: 844, scheme: 'dark' })
    await visitor.signIn('tom')
    const page = await visitor.open('/sync')
    await page.getByText('Head office').first().waitFor()
    await looked(visitor, 'list-390-dark')
    await page.getByRole('table', { name: 'Sources' }).getByRole('link').first().click()
    await page.getByRole('button', { name: 'Run now' }).click()
    await page.getByText('Nothing was done: 2,000 addresses would go at once').waitFor({ timeout: 60_000 })
    await looked(visitor, 'waiting-390-dark')
    await page.getByRole('button', { name: 'Remove 2,000 addresses' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove 2,000 addresses' }).click()
    await waitUntil('they are gone', async () => {
      const { users } = await site.json<{ users: object[] }>('user', 'list', 'corp.test')
      return users.length === 8000
    })
    // Not the advice of its alarm, which says that nothing was done too and stays a while longer.
    await page.getByText('Nothing was done: 2,000').waitFor({ state: 'hidden' })
    await looked(visitor, 'confirmed-390-dark')
    assert.deepEqual(visitor.faults(), [])
  })

  test('a directory that pushes gets an address and a token, shown once, and revoked when it is lost', async () => {
    await using visitor = await browser.visitor(site)
    await visitor.signIn('tom')
    const page = await visitor.open('/sync/new?scope=tenant:corp')
    await page.getByLabel('Kind').selectOption('Pushed by SCIM')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Entra ID')
    await looked(visitor, 'push-new-1440-light')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('No token yet').waitFor()
    await looked(visitor, 'push-empty-1440-light')
    await page.getByRole('button', { name: 'Make a token' }).click()
    await page.getByRole('button', { name: 'Make the token' }).click()
    const token = (await page.getByText(/^scim_/).textContent())?.trim() ?? ''
    await looked(visitor, 'push-token-1440-light')
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: /^Revoke / }).waitFor()
    assert.equal(await page.getByText(token).count(), 0)
    const user = { userName: 'pushed@corp.test', displayName: 'Pushed', active: true }
    const push = () =>
      untilSeen(() => askSite(site.consolePort, '/scim/v2/Users', { key: token, body: user }))
    assert.match(String((await push()).code), /^(?:201|409)$/)
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('table', { name: 'Differences' }).getByText('pushed@corp.test').first().waitFor()
    await page.getByRole('link', { name: 'Address and tokens' }).click()
    await looked(visitor, 'push-1440-light')
    await page.getByRole('button', { name: /^Revoke / }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke the token' }).click()
    await page.getByText('No token yet').waitFor()
    assert.equal((await push()).code, 401)
    assert.deepEqual(visitor.faults(), [])
  })
})

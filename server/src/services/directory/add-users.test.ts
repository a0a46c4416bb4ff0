import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { addDomain } from './add-domain.ts'
import { addTenant } from './add-tenant.ts'
import { addUsers } from './add-users.ts'
import { listUsers } from './list-users.ts'
import { makeDemoSite } from './make-demo-site.ts'
import { inDirectory } from './recorded-change.ts'
import { removeDomain } from './remove-domain.ts'
import { removeUsers } from './remove-users.ts'

async function withDomain(): Promise<TestSite> {
  const it = openTestSite()
  await addDomain(it.order, { name: 'a.test', nextHop: 'mx:a.test' }, it.site.checkNextHop)
  return it
}

async function addressesOf({ site }: TestSite): Promise<string[]> {
  const found: string[] = []
  for await (const user of listUsers(site.directory)) found.push(user.address)
  return found
}

describe('people', () => {
  test('are added once, in lower case, and changed the second time', async () => {
    using it = await withDomain()
    assert.equal((await addUsers(it.order, [{ address: 'Bob@A.test' }])).added, 1)
    const again = await addUsers(it.order, [{ address: 'bob@a.test', displayName: 'Bob' }])
    assert.equal(again.added, 0)
    assert.deepEqual(await addressesOf(it), ['bob@a.test'])
    assert.equal((await it.site.directory.user('bob@a.test'))?.displayName, 'Bob')
  })

  test('one wrong address adds none', async () => {
    using it = await withDomain()
    const add = (...addresses: string[]) =>
      addUsers(
        it.order,
        addresses.map((address) => ({ address })),
      )
    await assert.rejects(add('x@a.test', 'no address'), /is no mail address/)
    await assert.rejects(add('x@a.test', 'y@elsewhere.test'), /is none of ours/)
    await assert.rejects(add('x@a.test', 'a b@a.test'), /is no mail address/)
    assert.deepEqual(await addressesOf(it), [])
  })

  test('nothing is changed that the audit log cannot be told of', async () => {
    using it = await withDomain()
    await addUsers(it.order, [{ address: 'old@a.test' }])
    const { database } = it.stores
    const lines = () => database.prepare('SELECT count(*) AS lines FROM changes').get()?.lines
    const before = lines()
    database.exec(
      `CREATE TRIGGER full BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
    )
    await assert.rejects(addUsers(it.order, [{ address: 'bob@a.test' }]), /the disk is full/)
    await assert.rejects(removeUsers(it.order, ['old@a.test']), /the disk is full/)
    await assert.rejects(removeDomain(it.order, 'a.test'), /the disk is full/)
    await assert.rejects(addTenant(it.order, { id: 'new', level: 'customer' }), /the disk is full/)
    assert.deepEqual(await addressesOf(it), ['old@a.test'])
    assert.equal((await it.site.directory.tenants()).length, 2)
    database.exec('DROP TRIGGER full')
    const { ended } = await removeUsers(it.order, ['old@a.test'])
    assert.equal(lines(), Number(before) + 1)
    const line = database.prepare('SELECT detail FROM changes ORDER BY id DESC').get()
    assert.deepEqual(JSON.parse(String(line?.detail)), { addresses: ['old@a.test'], removed: 1, ended })
  })

  test('a change that was not made leaves no line', async () => {
    using it = await withDomain()
    const { directory } = it.site
    const line = { at: 1, what: 'tenant-removed', who: 'test', tenant: null, ip: '', detail: {} }
    const lines = () => it.stores.database.prepare('SELECT count(*) AS lines FROM changes').get()?.lines
    const before = lines()
    const change = inDirectory.removeTenant('nobody')
    assert.equal(await directory.recordedChange(change, [line]), false)
    assert.equal(lines(), before)
  })

  test('an alias needs an owner that is a user', async () => {
    using it = await withDomain()
    const alias = (address: string, aliasOf: string) => addUsers(it.order, [{ address, aliasOf }])
    await assert.rejects(alias('b@a.test', 'bob@a.test'), /there is no user bob@a.test/)
    await addUsers(it.order, [{ address: 'bob@a.test' }])
    await alias('b@a.test', 'bob@a.test')
    await assert.rejects(alias('bb@a.test', 'b@a.test'), /is an alias itself/)
    await assert.rejects(alias('c@a.test', 'c@a.test'), /alias of itself/)
  })

  test('are removed all or none', async () => {
    using it = await withDomain()
    await addUsers(it.order, [{ address: 'x@a.test' }, { address: 'y@a.test' }])
    await assert.rejects(removeUsers(it.order, ['x@a.test', 'z@a.test']), /there is no user z@a.test/)
    assert.equal((await removeUsers(it.order, ['X@a.test', 'y@a.test'])).users, 2)
  })

  test('a list goes over its pages without missing or repeating anybody', async () => {
    using it = await withDomain()
    const addresses = Array.from({ length: 2500 }, (_, index) => `u${String(index).padStart(4, '0')}@a.test`)
    await addUsers(
      it.order,
      addresses.map((address) => ({ address })),
    )
    assert.deepEqual(await addressesOf(it), addresses)
  })

  test('the demo is made on nothing only, and its mail has a place', async () => {
    using it = openTestSite()
    const demo = await makeDemoSite(it.order, '/tmp/maildir', it.site.checkNextHop)
    assert.deepEqual(demo?.addresses, [
      'anna@example.test',
      'ben@example.test',
      'chris@example.test',
      'b@example.test',
    ])
    assert.equal((await it.site.directory.groups('example.test')).length, 1)
    assert.equal((await it.site.directory.domains())[0]?.nextHop, 'maildir:/tmp/maildir')
    assert.equal(await makeDemoSite(it.order, '/tmp/maildir', it.site.checkNextHop), null)
  })
})

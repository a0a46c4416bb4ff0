import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openTestSite } from '../../../test-site.ts'
import { databaseName, openDatabase } from '../database/open-database.ts'
import { Statements } from '../database/statements.ts'
import { KeptPeople } from './kept-people.ts'

describe('people of a reach', () => {
  test('are looked up once, and anew when the directory is another one', () => {
    using it = openTestSite()
    const { directory } = it.stores
    const of = { settings: {}, locked: [] }
    const user = (address: string) => ({
      ...{
        address,
        domain: 'one.test',
        kind: 'user' as const,
        owner: address,
        displayName: '',
        settings: {},
      },
    })
    const group = { id: 'one.test/staff', domain: 'one.test', name: 'Staff', settings: {} }
    it.stores.transaction(() => {
      directory.putTenant({ id: 'one', parent: null, level: 'operator', name: '', ...of })
      directory.putDomain({ name: 'one.test', tenant: 'one', nextHop: 'smtp://192.0.2.1', settings: {} }, 1)
      directory.putUsers([user('anna@one.test'), user('bert@one.test')], 1)
      directory.putGroup(group, ['anna@one.test'])
    })
    const ledger = new Statements(openDatabase(join(it.site.folder, databaseName), 'read'))
    const people = new KeptPeople(ledger)
    const reach = (...domains: string[]) => ({ tenants: ['one'], domains })
    const staff = people.of(reach('group:one.test/staff'))
    assert.equal(people.of(reach('group:one.test/staff')), staff)
    assert.notEqual(people.of(reach('user:bert@one.test')), staff)
    assert.deepEqual([staff.has('anna@one.test'), staff.has('bert@one.test')], [true, false])
    it.stores.transaction(() => directory.changeMembers(group.id, ['bert@one.test'], ['anna@one.test']))
    const then = people.of(reach('group:one.test/staff'))
    assert.deepEqual([then.has('anna@one.test'), then.has('bert@one.test')], [false, true])
    // No more than a few are kept: the one that was asked for longest ago is looked up again.
    for (const name of ['a', 'b', 'c', 'd']) people.of(reach(`user:${name}@one.test`))
    assert.notEqual(people.of(reach('group:one.test/staff')), then)
    ledger.database.close()
  })
})

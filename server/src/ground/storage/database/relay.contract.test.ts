import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PasswordRecord } from '#ground/platform/password-record.ts'
import type { Relay } from '#services/relay/relay-store.ts'
import { openTestSite } from '../../../test-site.ts'

const relay = (id: string, more: Partial<Relay> = {}): Relay => ({
  ...{ id, tenant: 'one', kind: 'network', value: `192.0.2.${id}/32`, domains: [], note: '' },
  ...{ addedAt: 5, addedBy: 'test', ...more },
})
const record: PasswordRecord = {
  ...{ id: 'p1', hash: 'h', salt: 's', rounds: 8192, storedKey: 'k', serverKey: 'v' },
}
const password = (id: string, login: string) => ({
  ...{ id, login, name: 'telephone', record: { ...record, id }, madeAt: 7, madeBy: 'test' },
})

describe('who may send, kept', () => {
  test('servers come in order, by tenant and a page at a time, as they were put in', () => {
    using it = openTestSite()
    const { relays } = it.stores
    const domains = ['one.test']
    for (const each of [relay('1'), relay('2', { tenant: 'two' }), relay('3', { domains, note: 'printer' })])
      relays.addRelay(each)
    assert.deepEqual(
      relays.relays(null, '', 2).map((each) => each.id),
      ['1', '2'],
    )
    assert.deepEqual(relays.relays(['one'], '1', 9), [relay('3', { domains, note: 'printer' })])
    assert.deepEqual(relays.relays([], '', 9), [])
    assert.equal(relays.relay('9'), null)
    assert.equal(relays.relaysOf('network', '192.0.2.1/32').length, 1)
    assert.throws(() => relays.addRelay(relay('4', { value: '192.0.2.1/32' })), /UNIQUE/)
    relays.addRelay(relay('5', { value: '192.0.2.1/32', tenant: 'two' }))
  })

  test('passwords belong to one login, and go with the server whose they are', () => {
    using it = openTestSite()
    const { relays } = it.stores
    relays.addRelay(relay('1', { kind: 'login', value: 'printer' }))
    for (const each of [password('a', 'printer'), password('b', 'anna@one.test')]) relays.addPassword(each)
    assert.deepEqual(relays.passwords('anna@one.test'), [password('b', 'anna@one.test')])
    assert.equal(relays.removePassword('printer', 'b'), false, 'it is of another login')
    assert.equal(relays.removeRelay('1'), true)
    assert.deepEqual(relays.passwords('printer'), [])
    assert.equal(relays.passwords('anna@one.test').length, 1)
    assert.equal(relays.removePassword('anna@one.test', 'b'), true)
    assert.equal(relays.removeRelay('1'), false)
  })

  test('each change makes the directory another one, so that the flow hears of it; what changes nothing does not', () => {
    using it = openTestSite()
    const { relays, directory } = it.stores
    const changes = (work: () => unknown) => {
      const before = directory.version()
      work()
      return directory.version() !== before
    }
    assert.ok(changes(() => relays.addRelay(relay('1'))))
    assert.ok(changes(() => relays.addPassword(password('a', 'anna@one.test'))))
    assert.ok(changes(() => relays.removePassword('anna@one.test', 'a')))
    assert.ok(changes(() => relays.removeRelay('1')))
    assert.ok(!changes(() => relays.removeRelay('1')))
    assert.ok(!changes(() => relays.removePassword('anna@one.test', 'a')))
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DomainClaim } from '#services/domain-claims/claim-store.ts'
import { openTestSite } from '../../../test-site.ts'

const claim = (id: string, more: Partial<DomainClaim> = {}): DomainClaim => ({
  ...{
    id,
    tenant: 'one',
    name: `${id}.test`,
    nextHop: 'smtp://mx.test',
    anyRecipient: false,
    token: `t${id}`,
  },
  ...{ claimedAt: 5, claimedBy: 'test', checkedAt: null, found: null, said: '', dueAt: 5 },
  ...more,
})
const domain = { name: 'a.test', tenant: 'one', nextHop: 'smtp://mx.test', settings: {} }

function open() {
  const it = openTestSite()
  const { directory, claims } = it.stores
  for (const id of ['one', 'two'])
    directory.putTenant({ id, parent: null, level: 'customer', name: id, settings: {}, locked: [] })
  return { [Symbol.dispose]: () => it[Symbol.dispose](), directory, claims }
}

describe('claims of domains, kept', () => {
  test('they come as they were put in, in order, by tenant, by part of a name, a page at a time', () => {
    using it = open()
    const { claims } = it
    const second = claim('b', { tenant: 'two', anyRecipient: true })
    for (const each of [claim('a'), second, claim('c')]) assert.equal(claims.addClaim(each), true)
    const ids = (tenants: string[] | null, text = '', after = '', limit = 9) =>
      claims.claims({ tenants, text, after, limit }).map((each) => each.id)
    assert.deepEqual(ids(null, '', '', 2), ['a', 'b'])
    assert.deepEqual(ids(null, '', 'b'), ['c'])
    assert.deepEqual(ids(['one']), ['a', 'c'])
    assert.deepEqual(ids([]), [])
    assert.deepEqual(ids(null, 'c.te'), ['c'])
    assert.deepEqual(ids(null, '%'), [])
    assert.deepEqual(claims.claim('b'), second)
    assert.equal(claims.claim('x'), null)
    assert.equal(claims.countClaims('one'), 2)
    assert.equal(claims.addClaim(claim('d', { name: 'a.test' })), false, 'the tenant claims it already')
    assert.equal(claims.addClaim(claim('d', { name: 'a.test', tenant: 'two' })), true)
    assert.equal(claims.removeClaim('d'), true)
    assert.equal(claims.removeClaim('d'), false)
  })

  test('those that are due come the longest overdue first, and not again before their time', () => {
    using it = open()
    const { claims } = it
    for (const each of [claim('a', { dueAt: 9 }), claim('b'), claim('c', { dueAt: null })])
      claims.addClaim(each)
    assert.deepEqual(
      claims.dueClaims(9, 9).map((each) => each.id),
      ['b', 'a'],
    )
    claims.noteCheck({ id: 'b', checkedAt: 9, found: 'other', said: 'x', dueAt: 99 })
    assert.deepEqual(
      claims.dueClaims(9, 9).map((each) => each.id),
      ['a'],
    )
    assert.deepEqual(claims.claim('b'), claim('b', { checkedAt: 9, found: 'other', said: 'x', dueAt: 99 }))
  })

  test('one is settled once, for its own tenant and name, and never over a domain that is there', () => {
    using it = open()
    const { claims, directory } = it
    for (const tenant of ['one', 'two']) claims.addClaim(claim(`a${tenant}`, { tenant, name: 'a.test' }))
    assert.equal(claims.settleClaim('aone', { ...domain, tenant: 'two' }, 7), false, 'of another tenant')
    assert.equal(claims.settleClaim('aone', { ...domain, name: 'b.test' }, 7), false, 'of another name')
    assert.deepEqual(directory.domains(), [])
    const before = directory.version()
    assert.equal(claims.settleClaim('aone', domain, 7), true)
    assert.notEqual(directory.version(), before, 'the flow hears of it')
    assert.equal(claims.claim('aone'), null)
    assert.equal(claims.settleClaim('aone', domain, 7), false)
    assert.equal(claims.settleClaim('atwo', { ...domain, tenant: 'two' }, 7), false, 'who has it keeps it')
    assert.deepEqual(
      directory.domains().map((each) => each.tenant),
      ['one'],
    )
    assert.ok(claims.claim('atwo'), 'it waits on')
  })

  test('they go with their tenant; a domain that is written over another is refused', () => {
    using it = open()
    const { claims, directory } = it
    claims.addClaim(claim('a', { tenant: 'two' }))
    assert.equal(directory.removeTenant('two'), true)
    assert.equal(claims.claim('a'), null)
    claims.addClaim(claim('b', { tenant: 'two' }))
    assert.equal(
      claims.settleClaim('b', { ...domain, name: 'b.test', tenant: 'two' }, 7),
      false,
      'it is gone',
    )
    assert.equal(directory.putDomain(domain, 1, null), true)
    assert.equal(directory.putDomain({ ...domain, tenant: 'two' }, 1, null), false)
  })
})

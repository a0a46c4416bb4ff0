import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import { findScopes } from './find-scopes.ts'
import { narrowTo, type Principal, reachOf } from './principal.ts'

const tenant = (id: string, level: Tenant['level'], parent: string | null, name = id): Tenant => ({
  id,
  level,
  parent,
  name,
  settings: {},
  locked: [],
})
const domain = (name: string, of: string): Domain => ({ name, tenant: of, nextHop: '', settings: {} })
const tree = {
  tenants: [
    tenant('zeta', 'customer', 'partner', 'Alpha Bakery'),
    tenant('house', 'operator', null),
    tenant('partner', 'reseller', 'house'),
    tenant('other', 'customer', 'house'),
  ],
  domains: [domain('bread.test', 'zeta'), domain('alpha.test', 'zeta'), domain('other.test', 'other')],
}
const somebody = (at: string, domains: string[] | null = null): Principal => ({
  who: 'manager:x',
  name: 'x',
  ip: '',
  rights: new Set(['mail.read']),
  tenant: at,
  tenants: reachOf(at, tree.tenants),
  domains: domains && new Set(domains),
})

describe('scopes to choose from', () => {
  test('the tree from the top, domains after their tenant', () => {
    const found = findScopes(somebody('house'), tree)
    assert.deepEqual(
      found.map((each) => each.scope),
      [
        ...['tenant:house', 'tenant:other', 'domain:other.test', 'tenant:partner', 'tenant:zeta'],
        ...['domain:alpha.test', 'domain:bread.test'],
      ],
    )
    assert.deepEqual(found.at(-1)?.above, ['house', 'partner', 'Alpha Bakery'])
  })

  test('nothing out of reach, neither as a line nor as the name of a level above', () => {
    const found = findScopes(somebody('partner'), tree)
    assert.doesNotMatch(JSON.stringify(found), /house|other/)
    assert.equal(found.length, 4)
  })

  test('who looks after one domain chooses among his', () => {
    const found = findScopes(somebody('zeta', ['bread.test']), tree)
    assert.deepEqual(
      found.map((each) => each.scope),
      ['tenant:zeta', 'domain:bread.test'],
    )
  })

  test('tenants alone, or domains alone', () => {
    const names = (kind: 'tenant' | 'domain') =>
      findScopes(somebody('partner'), tree, '', kind).map((each) => each.scope)
    assert.deepEqual(names('tenant'), ['tenant:partner', 'tenant:zeta'])
    assert.deepEqual(names('domain'), ['domain:alpha.test', 'domain:bread.test'])
  })

  test('by a part of a name or an id; every line found can be chosen', () => {
    const who = somebody('house')
    assert.deepEqual(
      findScopes(who, tree, 'ALPHA').map((each) => each.scope),
      ['tenant:zeta', 'domain:alpha.test'],
    )
    assert.equal(findScopes(who, tree, 'zet').length, 1)
    for (const { scope } of findScopes(who, tree)) assert.notEqual(narrowTo(who, scope, tree), null, scope)
  })
})

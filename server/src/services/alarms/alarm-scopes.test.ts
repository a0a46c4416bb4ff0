import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import { AlarmScopes, domainOf, tenantOf } from './alarm-scopes.ts'
import type { AlarmState, Subscription } from './alarm-store.ts'

const tenants = [
  { id: 'house', parent: null, level: 'operator' },
  { id: 'msp', parent: 'house', level: 'reseller' },
  { id: 'bakery', parent: 'msp', level: 'customer' },
  { id: 'mill', parent: 'house', level: 'customer' },
] as Tenant[]
const domains = [{ name: 'bakery.example', tenant: 'bakery' }] as Domain[]
const state = (name: string, subject: string): AlarmState => ({
  ...{ name, subject, since: 1000, text: '', clearedAt: null, withdrawn: null, instance: 'one' },
})
const listens = (scope: string, tenant: string) =>
  ({ id: `s-${scope}`, scope, tenant, names: [] as readonly string[] }) as Subscription

describe('who is told of an alarm', () => {
  const states = [
    state('certificate-expires', 'the identity provider of tenant:bakery (7 d)'),
    state('certificate-expires', 'our own door at port 25 (7 d)'),
    state('bypass-on', 'bakery.example'),
  ]
  const told = new AlarmScopes(tenants, domains).sort(states)
  const toldTo = (scope: string, tenant: string) => told(listens(scope, tenant)).map((each) => each.subject)

  test('one that names a tenant is for it, for those above it and for the house', () => {
    const provider = 'the identity provider of tenant:bakery (7 d)'
    assert.deepEqual(toldTo('tenant:bakery', 'bakery'), [provider, 'bakery.example'])
    assert.deepEqual(toldTo('tenant:msp', 'msp'), [provider, 'bakery.example'])
    assert.deepEqual(toldTo('tenant:mill', 'mill'), [])
    assert.deepEqual(toldTo('domain:bakery.example', 'bakery'), ['bakery.example'], 'no part of a domain')
    assert.equal(toldTo('tenant:house', 'house').length, 3)
  })

  test('what is about mail, keys, people and programs of a tenant names it', () => {
    for (const [name, subject] of [
      ['mail-loop', 'bakery.example'],
      ['domain-report-failures', 'bakery.example'],
      ['rule-target-fails', 'Boss@Bakery.example'],
      ['rule-target-fails', '"the boss"@bakery.example'],
      ['dkim-record', 'mk20261101e of bakery.example'],
    ] as const)
      assert.equal(domainOf({ name, subject }), 'bakery.example', `${name} ${subject}`)
    for (const name of ['sync-shrink', 'webhook-paused'])
      assert.equal(tenantOf({ name, subject: '0123456789abcdef of tenant:bakery' }), 'bakery', name)
  })
})

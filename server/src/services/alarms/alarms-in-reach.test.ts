import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Principal } from '#services/access/principal.ts'
import type { Domain } from '#services/directory/directory-store.ts'
import type { AlarmState } from './alarm-store.ts'
import { alarmsInReach, countOpen } from './alarms-in-reach.ts'

const state = (name: string, subject: string, clearedAt: number | null = null): AlarmState => ({
  ...{ name, subject, clearedAt, since: 1000, text: 'something is wrong', withdrawn: null, instance: 'one' },
})
const domains = [
  { name: 'bakery.example', tenant: 'bakery' },
  { name: 'mill.example', tenant: 'mill' },
] as Domain[]
const somebody = (tenants: string[] | null, only: string[] | null = null): Principal => ({
  ...{ who: 'manager:m', name: 'M', ip: '', tenant: 'house', rights: new Set(['site.read']) },
  ...{ tenants: tenants && new Set(tenants), domains: only && new Set(only) },
})

describe('alarms in the reach of somebody', () => {
  const suspended = state('sender-suspended', 'offers@bakery.example')

  test('one about an address is seen by those of its domain, as one about the domain is', () => {
    const seen = (principal: Principal) =>
      alarmsInReach([suspended, state('disk-full', 'node-1')], domains, principal).map((each) => [
        each.state.name,
        each.tenant,
      ])
    assert.deepEqual(seen(somebody(['bakery'])), [['sender-suspended', 'bakery']])
    assert.deepEqual(seen(somebody(['bakery'], ['bakery.example'])), [['sender-suspended', 'bakery']])
    assert.deepEqual(seen(somebody(['bakery'], ['other.example'])), [])
    assert.deepEqual(seen(somebody(['mill'])), [])
    assert.deepEqual(
      seen(somebody(null)).toSorted(),
      [
        ['disk-full', null],
        ['sender-suspended', 'bakery'],
      ].toSorted(),
    )
  })

  test('one that names a tenant is seen by those who reach it, and by nobody who has single domains alone', () => {
    const ends = (about: string) => state('certificate-expires', `${about} (30 d)`)
    const given = [ends('the identity provider of tenant:bakery'), ends('our own door at port 25')]
    const seen = (principal: Principal) =>
      alarmsInReach(given, domains, principal).map(({ tenant }) => tenant)
    assert.deepEqual(seen(somebody(['bakery'])), ['bakery'])
    assert.deepEqual(seen(somebody(['bakery'], ['bakery.example'])), [])
    assert.deepEqual(seen(somebody(['mill'])), [])
    assert.deepEqual(seen(somebody(null)), ['bakery', null])
    const other = [state('next-hop-down', 'smtp://tenant:bakery')]
    assert.deepEqual(alarmsInReach(other, domains, somebody(['bakery'])), [], 'of kinds that may')
  })

  test('the worst of what is open stands first, however many came after it', () => {
    const many = Array.from({ length: 300 }, (_, n) => state('sender-suspended', `a${n}@bakery.example`))
    const given = [...many, state('disk-full', 'node-2', 2000), state('disk-full', 'node-1')]
    const names = alarmsInReach(given, domains, somebody(null)).map(({ state: { subject } }) => subject)
    assert.deepEqual([names.length, names[0], names.at(-1)], [302, 'node-1', 'node-2'])
  })

  test('of those that are as bad the oldest stands first; counts are of all that is open', () => {
    const given = [
      { ...state('sender-suspended', 'b@bakery.example'), since: 9000 },
      { ...state('sender-suspended', 'a@bakery.example'), since: 4000 },
      { ...state('disk-full', 'node-1'), since: 8000 },
      state('disk-full', 'node-2', 9500),
    ]
    const found = alarmsInReach(given, domains, somebody(null))
    assert.deepEqual(
      found.map(({ state: { subject } }) => subject),
      ['node-1', 'a@bakery.example', 'b@bakery.example', 'node-2'],
    )
    const { critical, error, warning, ofIncidents, kinds } = countOpen(found, ({ name }) =>
      name === 'disk-full' ? 'an incident' : null,
    )
    assert.deepEqual([critical, error + warning, ofIncidents], [1, 2, 1])
    assert.deepEqual(
      kinds.map((each) => [each.name, each.incident, each.count, each.since]),
      [
        ['disk-full', 'an incident', 1, 8000],
        ['sender-suspended', null, 2, 4000],
      ],
    )
  })
})

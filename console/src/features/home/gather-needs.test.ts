import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AlarmLine, IncidentLine, Overview, StatusComponent } from '@mailkeep/contract'
import { gatherNeeds, gatherWaits, kindsIn } from './gather-needs.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString()
const alarm = (name: string, subject: string, more: Partial<AlarmLine> = {}) =>
  ({
    ...{ name, subject, severity: 'error', since: at(30), clearedAt: null, withdrawn: null, incident: null },
    ...more,
  }) as AlarmLine
const incident = (id: string, more: Partial<IncidentLine> = {}) =>
  ({ id, name: id, impact: 'minor', startedAt: at(20), components: [], ...more }) as unknown as IncidentLine
const component = (id: string) => ({ id, isSuspected: true, since: at(5) }) as unknown as StatusComponent
const needsOf = ({ alarms = [], ...given }: Partial<Parameters<typeof gatherNeeds>[0]>) => {
  const open = alarms.filter((each) => each.clearedAt === null && each.withdrawn === null)
  return gatherNeeds({ incidents: [], alarms, kinds: kindsIn(open), components: [], ...given })
}
const told = (given: Partial<Parameters<typeof gatherNeeds>[0]>) =>
  needsOf(given).map((each) => [each.kind, each.key, each.severity, 'count' in each ? each.count : 0])

describe('what needs somebody', () => {
  test('nothing: nothing', () => assert.deepEqual(told({}), []))

  test('alarms of an open incident are a part of it, and make it as bad as the worst of them', () => {
    const alarms = [
      alarm('next-hop-down', 'a', { incident: 'one', severity: 'critical' }),
      alarm('next-hop-defers', 'a', { incident: 'one' }),
      alarm('disk-slow', 'node-1', { incident: 'over, and not listed' }),
    ]
    assert.deepEqual(told({ incidents: [incident('two', { impact: 'major' }), incident('one')], alarms }), [
      ['incident', 'one', 'critical', 2],
      ['incident', 'two', 'error', 0],
      ['alarms', 'disk-slow', 'error', 1],
    ])
  })

  test('the worst first, of these the oldest; what is over or was wrong needs nobody', () => {
    const alarms = [
      alarm('disk-slow', 'node-1', { since: at(9) }),
      alarm('check-slow', 'dns', { since: at(3) }),
      alarm('certificate-expires', 'mx', { severity: 'warning', since: at(1) }),
      alarm('books-differ', '', { severity: 'critical', since: at(50) }),
      alarm('domain-report-failures', 'x', { clearedAt: at(40) }),
      alarm('target-out', 'x', { withdrawn: 'it was not so' }),
    ]
    assert.deepEqual(
      told({ alarms }).map(([, key]) => key),
      ['books-differ', 'check-slow', 'disk-slow', 'certificate-expires'],
    )
  })

  test('sixty of one kind are one thing, not sixty', () => {
    const alarms = Array.from({ length: 60 }, (_, n) => alarm('mail-flow', `d${n}.example`))
    assert.deepEqual(told({ alarms }), [['alarms', 'mail-flow', 'error', 60]])
  })

  test('what stands behind the last line of many is named and counted too', () => {
    const alarms = Array.from({ length: 200 }, (_, n) => alarm('mail-flow', `d${n}.example`))
    const more = (
      name: string,
      count: number,
      severity: 'error' | 'warning',
      incident: string | null = null,
    ) => [{ name, count, severity, incident, since: at(40) }]
    const kinds = [
      ...more('mail-flow', 260, 'error'),
      ...more('certificate-expires', 1, 'warning'),
      ...more('disk-slow', 3, 'error', 'one'),
    ]
    const given = { incidents: [incident('one')], alarms, kinds }
    assert.deepEqual(told(given), [
      ['incident', 'one', 'error', 3],
      ['alarms', 'mail-flow', 'error', 260],
      ['alarms', 'certificate-expires', 'warning', 1],
    ])
  })

  test('what began nobody knows when comes after what is as bad, and keeps nothing from its place', () => {
    const unknown = { ...component('gateway'), since: null }
    const components = [unknown, { ...component('console'), since: at(9) }, component('logs')]
    assert.deepEqual(
      told({ components }).map(([, key]) => key),
      ['logs', 'console', 'gateway'],
    )
  })

  test('a component that an open incident names is not said twice', () => {
    const incidents = [incident('one', { components: [{ id: 'gateway', state: 'partial_outage' }] })]
    assert.deepEqual(told({ incidents, components: [component('gateway'), component('console')] }), [
      ['suspected', 'console', 'error', 0],
      ['incident', 'one', 'warning', 0],
    ])
  })
})

describe('who waits', () => {
  const waitsOf = (asked: object | null, held: number | null) =>
    gatherWaits({
      asked: { value: asked, missing: null },
      books: { value: held === null ? null : { totals: { held } }, missing: null },
    } as unknown as Overview).map(({ what, count, since }) => [what, count, since])
  const none = { count: 0, oldestAt: null }

  test('nobody: nothing; what is not known is not made up', () => {
    assert.deepEqual(waitsOf({ requests: none, reports: none }, 0), [])
    assert.deepEqual(waitsOf(null, null), [])
  })

  test('people before mail, and of them who has waited longest', () => {
    const asked = { requests: { count: 2, oldestAt: at(30) }, reports: { count: 5, oldestAt: at(3) } }
    assert.deepEqual(waitsOf(asked, 7), [
      ['reports', 5, at(3)],
      ['requests', 2, at(30)],
      ['held', 7, null],
    ])
    assert.deepEqual(waitsOf({ ...asked, reports: none }, null), [['requests', 2, at(30)]])
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Detector } from './detector.ts'
import type { Finding } from './finding.ts'
import { type SimulatedFault, type Simulation, simulateDays, simulatedPeriodMs } from './simulate-days.ts'

const hour = 3_600_000

/** All that was found while the days went by: when it was said first and last. */
function watch(simulation: Simulation): Map<string, { finding: Finding; first: number; last: number }> {
  const detector = new Detector()
  const said = new Map<string, { finding: Finding; first: number; last: number }>()
  for (const period of simulateDays(simulation))
    for (const finding of detector.take(period)) {
      const key = `${finding.kind} ${finding.subject}`
      said.set(key, { finding, first: said.get(key)?.first ?? period.at, last: period.at })
    }
  return said
}

const fault = (kind: SimulatedFault['kind'], from = 10 * hour, lasts = hour): SimulatedFault => ({
  ...{ kind, from, until: from + lasts },
})

describe('detectors over simulated days', () => {
  for (const seed of [1, 2])
    for (const kind of ['weekday', 'weekend', 'holiday'] as const)
      test(`24 healthy hours of a ${kind} say nothing (seed ${seed})`, () => {
        const said = watch({ seed, days: [kind], busiest: 15 })
        assert.deepEqual([...said.keys()], [])
      })

  test('a holiday surge after usual days, and a weekend after it, say nothing', () => {
    assert.deepEqual([...watch({ seed: 4, days: ['weekday', 'holiday', 'weekend'], busiest: 10 }).keys()], [])
  })

  // Some of them with the top of an hour in their midst.
  const cases: readonly (readonly [SimulatedFault['kind'], number, string])[] = [
    ['slow-inspection', 10, 'stage-slow inspect inbound node-1'],
    ['node-defers', 10.2, 'deferred-share outbound node-1'],
    ['hop-defers', 9.98, 'deferred-share outbound middle.example'],
    ['wrong-rule', 10.3, 'quarantined-share inbound node-2'],
    ['lookups-fail', 9.99, 'refused-share inbound node-1'],
    ['queue-stands', 10.3, 'queue-grows outbound'],
  ]
  for (const [kind, at, expected] of cases)
    test(`${kind} is found within minutes, since when it began, and is over when it is`, () => {
      const put = fault(kind, at * hour, hour / 2)
      const said = watch({ seed: 5, days: ['weekday'], faults: [put], busiest: 40 })
      const found = said.get(expected)
      assert.ok(found, `found only: ${[...said.keys()].join(', ')}`)
      assert.ok(found.first - put.from <= 3 * 60_000, `found after ${found.first - put.from} ms`)
      assert.ok(Math.abs(found.finding.since - put.from) <= 2 * simulatedPeriodMs)
      assert.ok(found.last >= put.until - simulatedPeriodMs, 'it lasts as long as the fault')
      assert.ok(found.last - put.until <= 3 * 60_000, `over ${found.last - put.until} ms after it`)
    })

  test('one hop that puts mail off is not said of the nodes that try it', () => {
    const said = watch({ seed: 6, days: ['weekday'], faults: [fault('hop-defers')], busiest: 40 })
    assert.deepEqual([...said.keys()], ['deferred-share outbound middle.example'])
  })

  test('where so little comes that several periods make one figure, a fault is found and is over all the same', () => {
    const detector = new Detector()
    const periodMs = 30_000
    const row = (name: 'delivered' | 'deferred', at: number) => ({
      ...{ name, at, direction: 'inbound' as const, tenants: 'customer' as const, hop: 'far.example' },
      ...{ node: 'node-1', count: 3, sumMs: 0, steps: [] },
    })
    const take = (from: number, periods: number, name: 'delivered' | 'deferred') => {
      let found: Finding[] = []
      for (let n = from; n < from + periods; n++)
        found = detector.take({ at: n * periodMs, rows: [row(name, n * periodMs)], waiting: [] })
      return found.map(({ kind, subject }) => `${kind} ${subject}`)
    }
    assert.deepEqual(take(0, 20, 'delivered'), [])
    assert.ok(take(20, 10, 'deferred').includes('deferred-share inbound far.example'))
    assert.deepEqual(take(30, 40, 'delivered'), [])
  })

  for (const [kind, expected, isOnlyOne] of [
    ['node-defers', 'deferred-share outbound node-1', true],
    ['slow-inspection', 'stage-slow inspect inbound node-1', false],
  ] as const)
    test(`${kind} is ${isOnlyOne ? 'of one node alone from the first moment on' : 'of no node alone'}, with its last bad period`, () => {
      const detector = new Detector()
      const put = fault(kind)
      let first: boolean | null = null
      let lastBadAt = 0
      for (const period of simulateDays({ seed: 8, days: ['weekday'], faults: [put], busiest: 40 })) {
        const found = detector.take(period).find((each) => `${each.kind} ${each.subject}` === expected)
        if (found) first ??= detector.isOnlyOne(found)
        if (found) lastBadAt = found.lastBadAt ?? 0
      }
      assert.equal(first, isOnlyOne)
      assert.ok(Math.abs(lastBadAt - put.until) <= 2 * simulatedPeriodMs, `${lastBadAt - put.until} ms`)
    })

  test('silence is neither bad nor good: nothing is found, and what was found is not over', () => {
    const silence = fault('silence', 10.5 * hour, hour)
    assert.deepEqual([...watch({ seed: 7, days: ['weekday'], faults: [silence], busiest: 30 }).keys()], [])
    const both = [fault('wrong-rule', 10 * hour, hour), silence]
    const found = watch({ seed: 7, days: ['weekday'], faults: both, busiest: 30 }).get(
      'quarantined-share inbound node-1',
    )
    assert.ok(found && found.last >= silence.until)
  })
})

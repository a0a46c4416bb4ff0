import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HopTimes } from './hop-times.ts'
import type { MeasuredRow } from './measure-store.ts'

const tries = (hop: string, meanMs: number, at: number, count = 10): MeasuredRow => ({
  ...{ node: 'node-1', at, name: 'deliver', direction: 'inbound', tenants: 'customer', hop, count },
  ...{ sumMs: meanMs * count, steps: [] },
})
const pass = (
  times: HopTimes,
  from: number,
  count: number,
  ...means: readonly (readonly [string, number])[]
) => {
  for (let n = from; n < from + count; n++)
    times.take(
      means.map(([hop, meanMs]) => tries(hop, meanMs, n * 1000)),
      n * 1000,
    )
}

test('a hop that takes far longer than usual, and most of the time, is what mail waits for', () => {
  const times = new HopTimes()
  pass(times, 1, 12, ['a', 100], ['b', 900])
  assert.equal(times.slowest('inbound', 60_000), null, 'its usual time is no fault')
  pass(times, 13, 1, ['a', 4000], ['b', 900])
  assert.deepEqual(
    [times.slowest('inbound', 0)?.hop, times.slowest('inbound', 0)?.evidence.usual],
    ['a', 100],
  )
  assert.equal(times.slowest('outbound', 0), null)
  pass(times, 14, 6, ['a', 100], ['b', 900])
  assert.equal(times.slowest('inbound', 0), null)
  assert.equal(times.slowest('inbound', 10_000)?.hop, 'a', 'what waited so long waited for it')
})

test('a stranger is slow only where any server would be, and few tries say nothing', () => {
  const times = new HopTimes()
  pass(times, 1, 1, ['a', 4000])
  assert.equal(times.slowest('inbound', 0), null)
  pass(times, 2, 1, ['a', 6000])
  assert.equal(times.slowest('inbound', 0)?.hop, 'a')
  const few = new HopTimes()
  few.take([tries('a', 9000, 1000, 2)], 1000)
  assert.equal(few.slowest('inbound', 0), null)
})

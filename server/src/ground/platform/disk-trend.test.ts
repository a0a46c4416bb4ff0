import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DiskTrend } from './disk-trend.ts'

test('a disk is full by the sooner of both limits, and unknown while neither is known', () => {
  const trend = new DiskTrend()
  const minute = 60_000
  assert.deepEqual(trend.full(0, 90, 100), { kind: 'unknown' })
  for (let n = 0; n <= 120; n++) trend.note(n * minute, 50 + n / 12, 10_000 - n)
  const now = 120 * minute
  const found = trend.full(now, 70, 9000)
  assert.ok(found.kind === 'reached' && Math.round(found.inMs / minute) === 120)
  const reserve = trend.full(now, 99, 9820)
  assert.ok(reserve.kind === 'reached' && Math.round(reserve.inMs / minute) === 60)
})

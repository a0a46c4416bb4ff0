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

test('a disk beyond its limit is full, while it fills and while it gets free', () => {
  const minute = 60_000
  for (const pace of [1 / 60, -1 / 60]) {
    const trend = new DiskTrend()
    for (let n = 0; n <= 120; n++) trend.note(n * minute, 97 + n * pace, 1_000_000)
    assert.deepEqual(trend.full(120 * minute, 95, 100), { kind: 'reached', inMs: 0 })
  }
  const reserve = new DiskTrend()
  reserve.note(0, 50, 99)
  assert.deepEqual(reserve.full(0, 95, 100), { kind: 'reached', inMs: 0 })
})

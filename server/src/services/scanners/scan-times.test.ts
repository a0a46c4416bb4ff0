import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ScanTimes } from './scan-times.ts'

function noted(times: ScanTimes, version: string, ms: number, count: number, at: number): void {
  for (let n = 0; n < count; n++) times.note(version, ms, at)
}

test('a set that takes many times as long as the one before is slow, and one that takes a little longer is not', () => {
  const times = new ScanTimes()
  noted(times, '01', 20, 100, 1000)
  noted(times, '02', 180, 30, 5000)
  noted(times, '03', 800, 30, 9000)
  assert.equal(times.slowness('02', '01', 6000), null)
  assert.deepEqual(times.slowness('03', '01', 10_000), { ms: 800, beforeMs: 20 })
})

test('a few scans, or old ones, say nothing', () => {
  const times = new ScanTimes()
  noted(times, '01', 20, 100, 0)
  noted(times, '02', 900, 19, 1000)
  assert.equal(times.slowness('02', '01', 2000), null)
  noted(times, '02', 900, 1, 1000)
  assert.notEqual(times.slowness('02', '01', 2000), null)
  assert.equal(times.slowness('02', '01', 62_000), null, 'of the last minute')
  noted(times, '02', 900, 30, 9_000_000)
  assert.equal(times.slowness('02', '01', 9_000_000), null, 'the machine may be another one by now')
})

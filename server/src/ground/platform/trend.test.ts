import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Trend } from './trend.ts'

const minute = 60_000
const hour = 60 * minute
const limits = { everyMs: minute, keepMs: 24 * hour, leastMs: hour }

/** A trend after so many minutes, each with its value. */
function after(minutes: number, valueAt: (minute: number) => number): { trend: Trend; now: number } {
  const trend = new Trend(limits)
  for (let n = 0; n <= minutes; n++) trend.note(n * minute, valueAt(n))
  return { trend, now: minutes * minute }
}

describe('what measured values say of the time to come', () => {
  test('a steady pace meets its limit where the line does, upwards and downwards', () => {
    const up = after(120, (n) => 50 + n / 12)
    assert.deepEqual(up.trend.outlook(up.now, 70, 'rising'), { kind: 'reached', inMs: 2 * hour })
    const down = after(120, (n) => 1000 - n)
    const found = down.trend.outlook(down.now, 0, 'falling')
    assert.ok(found.kind === 'reached' && Math.abs(found.inMs - 880 * minute) < 1000)
  })

  test('too little is unknown, however steady; so is what goes up and down', () => {
    const short = after(59, (n) => n)
    assert.deepEqual(short.trend.outlook(short.now, 200, 'rising'), { kind: 'unknown' })
    assert.deepEqual(new Trend(limits).outlook(5 * hour, 1, 'rising'), { kind: 'unknown' })
    const few = new Trend({ ...limits, everyMs: hour })
    for (let n = 0; n < 200; n++) few.note(n * minute, n)
    assert.deepEqual(few.outlook(200 * minute, 300, 'rising'), { kind: 'unknown' })
    const wild = after(120, (n) => 50 + n / 100 + (n % 2 === 0 ? 15 : -15))
    assert.deepEqual(wild.trend.outlook(wild.now, 90, 'rising'), { kind: 'unknown' })
  })

  test('what stands still or goes away is not met within ten times what was measured; farther nobody knows', () => {
    const still = after(60, () => 40)
    assert.deepEqual(still.trend.outlook(still.now, 90, 'rising'), { kind: 'not-within', inMs: 10 * hour })
    const away = after(60, (n) => 40 - n / 10)
    assert.deepEqual(away.trend.outlook(away.now, 90, 'rising'), { kind: 'not-within', inMs: 10 * hour })
    const slow = after(60, (n) => 40 + n / 1000)
    assert.deepEqual(slow.trend.outlook(slow.now, 90, 'rising'), { kind: 'not-within', inMs: 10 * hour })
  })

  test('a limit that is met or passed is met, whichever way the values go now', () => {
    for (const [pace, limit] of [
      [1 / 60, 95],
      [-1 / 60, 95],
      [0, 97],
    ] as const) {
      const over = after(120, (n) => 97 + n * pace)
      assert.deepEqual(over.trend.outlook(over.now, limit, 'rising'), { kind: 'reached', inMs: 0 })
    }
    const under = after(120, (n) => 50 + n / 12)
    assert.deepEqual(under.trend.outlook(under.now, 70, 'falling'), { kind: 'reached', inMs: 0 })
    const caughtUp = after(2, (n) => 2 - n)
    assert.deepEqual(caughtUp.trend.outlook(caughtUp.now, 0, 'falling'), { kind: 'reached', inMs: 0 })
  })

  test('just before its limit a trend is still on its way to it, also where the line is past it already', () => {
    // It slows down: the straight line lies below zero by now, and the values do not.
    const slowing = after(120, (n) => (120 - n) ** 2 / 10 + 1)
    const found = slowing.trend.outlook(slowing.now, 0, 'falling')
    assert.ok(found.kind === 'reached' && found.inMs > 0 && found.inMs < minute, JSON.stringify(found))
  })

  test('what was measured long ago counts no more', () => {
    const turned = after(48 * 60, (n) => (n < 24 * 60 ? n / 100 : 14.4 + (n - 24 * 60) / 50))
    const found = turned.trend.outlook(turned.now, 50, 'rising')
    assert.ok(found.kind === 'reached' && Math.abs(found.inMs - 340 * minute) < minute, JSON.stringify(found))
  })
})

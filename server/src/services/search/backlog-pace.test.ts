import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BacklogPace } from './backlog-pace.ts'

const start = 1_800_000_000_000

/** What was said at each second while `behindAt` tells how large the backlog is. */
function said(seconds: number, behindAt: (second: number) => number): (number | null)[] {
  const pace = new BacklogPace()
  return Array.from({ length: seconds }, (_, second) => pace.note(behindAt(second), start + second * 1000))
}

describe('when a backlog is gone', () => {
  test('is told within a quarter, also where the pace is uneven', () => {
    // 100 a second in, at times nothing and at times twice as much: gone after 300 s.
    const told = said(290, (second) => 30_000 - 100 * (second - (second % 7)))
    for (const [second, at] of told.entries()) {
      if (second < 30) continue
      const left = ((at ?? 0) - start) / 1000 - second
      assert.ok(Math.abs(left - (300 - second)) <= Math.max(10, 0.25 * (300 - second)), `${second}: ${left}`)
    }
  })

  test('is not told where it grows, stays, or has been looked at for moments only', () => {
    assert.deepEqual(new Set(said(60, (second) => 1000 + second)), new Set([null]))
    assert.deepEqual(new Set(said(60, () => 1000)), new Set([null]))
    assert.deepEqual(new Set(said(30, (second) => 1000 - second)), new Set([null]))
  })

  test('follows a pace that changes', () => {
    const told = said(400, (second) => (second < 200 ? 100_000 : 100_000 - 200 * (second - 200)))
    assert.equal(told[199], null)
    assert.equal(Math.round(((told[399] ?? 0) - start) / 1000), 700)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StagePace } from './stage-pace.ts'

describe('the pace of a stage', () => {
  /** Notes `perSecond` pieces of work for some seconds, every n-th of them slow; answers the time after them. */
  function work(
    pace: StagePace,
    from: number,
    seconds: number,
    perSecond: number,
    slowEvery: number,
  ): number {
    let n = 0
    for (let second = 0; second < seconds; second++)
      for (let i = 0; i < perSecond; i++)
        pace.note(++n % slowEvery === 0, from + second * 1000 + (i / perSecond) * 1000)
    return from + seconds * 1000
  }

  test('says nothing before a whole window, nor about too little', () => {
    const pace = new StagePace(60_000, 0)
    assert.equal(pace.slowShare(work(pace, 0, 59, 10, 1), 20), null)
    assert.equal(pace.slowShare(work(pace, 59_000, 2, 10, 1), 20), 1)
    assert.equal(pace.slowShare(200_000, 20), null, 'all of it is old by now')
    pace.note(true, 200_000)
    assert.equal(pace.slowShare(200_000, 20), null)
    assert.equal(pace.slowShare(200_000, 1), 1)
  })

  test('is as exact at 5,000 a second as at one', () => {
    for (const rate of [1, 100, 5000]) {
      const pace = new StagePace(60_000, 0)
      const share = pace.slowShare(work(pace, 0, 120, rate, 10), 20) ?? 0
      assert.ok(Math.abs(share - 0.1) < 0.02, `${share} at ${rate} a second`)
    }
  })

  test('what was leaves little by little, and at once when it starts anew', () => {
    const pace = new StagePace(60_000, 0)
    const slowUntil = work(pace, 0, 120, 10, 1)
    const half = pace.slowShare(work(pace, slowUntil, 30, 10, Number.POSITIVE_INFINITY), 20) ?? 0
    assert.ok(half > 0.4 && half < 0.6, String(half))
    pace.restart(150_000)
    assert.equal(pace.slowShare(work(pace, 150_000, 61, 10, Number.POSITIVE_INFINITY), 20), 0)
  })
})

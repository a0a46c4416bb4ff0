import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LastMinute } from './last-minute.ts'

describe('what happened in the last minute', () => {
  test('is counted from the oldest moment that is in it', () => {
    const taken = new LastMinute(100)
    assert.equal(taken.count(0), 0)
    assert.equal(taken.first(0), undefined)
    for (const at of [1000, 31_000, 61_000]) taken.note(at)
    assert.equal(taken.count(61_000), 2)
    assert.equal(taken.first(61_000), 31_000)
    assert.equal(taken.count(121_000), 0)
    assert.equal(taken.first(121_000), undefined)
    taken.note(130_000)
    assert.equal(taken.count(130_000), 1)
  })

  test('is the newest of it where there is very much, again and again', () => {
    const taken = new LastMinute(10)
    for (let at = 1; at <= 1000; at++) {
      taken.note(at)
      assert.equal(taken.count(at), Math.min(at, 10))
      assert.equal(taken.first(at), Math.max(1, at - 9))
    }
  })

  test('is the same as looking through all of them', () => {
    const taken = new LastMinute(50)
    let all: number[] = []
    let now = 0
    for (let i = 0; i < 2000; i++) {
      now += (i * 7919) % 4001
      all = [...all.filter((at) => at > now - 60_000), now].slice(-50)
      taken.note(now)
      assert.equal(taken.count(now), all.length)
      assert.equal(taken.first(now), all[0])
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Path } from './path.ts'

/** As the product has them: a minute of silence, a step of ten minutes. */
const times = { outMs: 1_800_000, slowMs: 60_000, stepMs: 600_000 }
const hour = 3_600_000

type Limit = (now: number) => boolean

/** So many in any stretch of that length. */
function windowed(most: number, ms: number): Limit {
  let at: number[] = []
  return (now) => {
    at = at.filter((each) => each > now - ms)
    if (at.length >= most) return false
    at.push(now)
    return true
  }
}

/** So many a minute, and so many at once. */
function bucket(perMinute: number, burst: number): Limit {
  let tokens = burst
  let last = 0
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - last) / 60_000) * perMinute)
    last = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

/** Sends as much as the path lets, ten at a time and each for 200 ms, to a receiver with a limit that nobody tells. */
function send(allows: Limit, hours: number): { firstHour: number; all: number; putOff: number } {
  const path = new Path('192.0.2.1', 'big.test', times)
  const under: { at: number; taken: boolean }[] = []
  const sum = { firstHour: 0, all: 0, putOff: 0 }
  for (let now = 0; now < hours * hour; now += 100) {
    while (under[0] && under[0].at <= now)
      path.note(under.shift()?.taken ? 'taken' : 'slow', now, 'slow down')
    while (under.length < 10 && path.waitMs(now) === 0) {
      path.use(now)
      const taken = allows(now)
      under.push({ at: now + 200, taken })
      if (!taken) sum.putOff += 1
      else sum.all += 1
      if (taken && now < hour) sum.firstHour += 1
    }
  }
  return sum
}

describe('a pace that is learnt from a limit that nobody tells', () => {
  const limits = [
    { what: '10 in a minute', perMinute: 10, make: () => windowed(10, 60_000) },
    { what: '60 in a minute', perMinute: 60, make: () => windowed(60, 60_000) },
    { what: '300 in an hour', perMinute: 5, make: () => windowed(300, hour) },
    { what: '60 a minute, 3 at once', perMinute: 60, make: () => bucket(60, 3) },
    { what: '120 a minute, one at a time', perMinute: 120, make: () => bucket(120, 1) },
    { what: '5 in a second', perMinute: 300, make: () => windowed(5, 1000) },
  ]
  for (const { what, perMinute, make } of limits)
    it(`is near it within the hour, and little is put off: ${what}`, () => {
      const { firstHour, all, putOff } = send(make(), 2)
      assert.ok(firstHour > perMinute * 60 * 0.4, `first hour: ${firstHour} of ${perMinute * 60}`)
      assert.ok(all > perMinute * 120 * 0.6, `two hours: ${all} of ${perMinute * 120}`)
      assert.ok(putOff < (all + putOff) * 0.04, `put off: ${putOff} of ${all + putOff}`)
    })

  it('survives a restart as it was', () => {
    const path = new Path('192.0.2.1', 'big.test', times)
    for (let n = 0; n < 7; n++) path.note('taken', n, '')
    assert.equal(path.memory(), null, 'good is the rule, and is not kept')
    for (let n = 0; n < 3; n++) path.note('listed', 10, 'blocked')
    path.note('slow', 10, '421 slow down', 120_000)
    const memory = path.memory()
    assert.ok(memory)
    const next = new Path('192.0.2.1', 'big.test', times)
    next.restore(JSON.parse(JSON.stringify(memory)), 20)
    assert.equal(next.perMinute, 7)
    assert.equal(next.waitMs(20), path.waitMs(20))
    assert.ok(next.isOut(1000))
    assert.deepEqual(next.memory(), memory)
    const later = new Path('192.0.2.1', 'big.test', { ...times, outMs: 1000 })
    later.restore(memory, 20)
    assert.ok(!later.isOut(9000), 'no longer than settings of today allow')
  })
})

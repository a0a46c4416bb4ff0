import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Meter, noTries } from './meter.ts'
import type { PathResult } from './path.ts'
import type { SendingAddress } from './sending-address.ts'
import { dayOf } from './sending-store.ts'
import { leftOf, volumeOf } from './warm-up.ts'

const day = 86_400_000
const plan = { since: 0, start: 100, growth: 0.5, full: 1000 }
const tries = (taken: number, deferred = 0) => ({ ...noTries, taken, deferred })

describe('volumeOf', () => {
  it('grows by a step after each day that was used, stays after one that was not, and halves after trouble', () => {
    assert.equal(volumeOf(plan, []), 100)
    assert.equal(volumeOf(plan, [tries(100)]), 150)
    assert.equal(volumeOf(plan, [tries(100), tries(10)]), 150, 'hardly used')
    assert.equal(volumeOf(plan, [tries(100), tries(140, 7)]), 225, 'within five in a hundred')
    assert.equal(volumeOf(plan, [tries(100), tries(100, 10)]), 75)
    assert.equal(volumeOf(plan, Array<ReturnType<typeof tries>>(9).fill(tries(0, 90))), 50, 'never nothing')
  })
})

describe('leftOf', () => {
  it('spreads a day over hours, and is nothing once too much was put off', () => {
    assert.equal(leftOf(600, noTries, 0), 100)
    assert.equal(leftOf(600, tries(560), 0), 40)
    assert.equal(leftOf(600, tries(10), 100), 0)
    assert.equal(leftOf(600, tries(30, 2), 0), 0)
    assert.equal(leftOf(600, tries(3, 1), 0), 100, 'one says nothing')
  })
})

describe('Meter', () => {
  const address: SendingAddress = {
    ...{ ip: '192.0.2.1', helo: 'a.test', pool: 'outbound', state: 'active', warmUp: plan },
  }
  function open(at = 0) {
    let now = at
    const meter = new Meter(() => now)
    const send = (many: number, result: PathResult = 'taken') => {
      for (let n = 0; n < many; n++) {
        meter.left(address.ip, 'big.test')
        meter.count(address.ip, 'big.test', result)
      }
    }
    const left = () => meter.allowance(address, 'big.test')
    return { meter, send, left, later: (ms: number) => (now += ms) }
  }

  it('counts by hour and day what leaves, whether it is kept already or not', () => {
    const { meter, send, left, later } = open()
    assert.equal(left(), 17)
    send(17)
    assert.equal(left(), 0)
    assert.equal(meter.allowance(address, 'other.test'), 17)
    later(3_600_000)
    const { lines, done } = meter.take()
    assert.deepEqual(lines, [{ day: dayOf(0), ip: address.ip, receiver: 'big.test', counts: tries(17) }])
    assert.equal(left(), 17)
    done(true)
    for (let hour = 0; hour < 4; hour++) {
      send(17)
      later(3_600_000)
    }
    assert.equal(left(), 15)
    const again = meter.take()
    again.done(false)
    assert.equal(meter.take().lines.length, 1, 'what could not be kept comes again')
  })

  it('takes up figures of days before, and grows from them', () => {
    const { meter, left } = open(day * 3)
    meter.learn(
      [0, 1, 2].map((n) => ({
        ...{ day: dayOf(day * n), ip: address.ip, receiver: 'big.test', counts: tries(300) },
      })),
      'before',
    )
    assert.equal(meter.volume(address, 'big.test'), 337)
    assert.equal(left(), 57)
    meter.learn([{ day: dayOf(day * 3), ip: address.ip, receiver: 'big.test', counts: tries(330) }], 'today')
    assert.equal(left(), 7)
  })

  it('is without limit for a warm address, at a receiver that is warm, and when the plan is over', () => {
    const { meter } = open(day * 10)
    assert.equal(meter.allowance({ ...address, warmUp: null }, 'big.test'), Infinity)
    meter.learn(
      Array.from({ length: 9 }, (_, n) => ({
        ...{ day: dayOf(day * n), ip: address.ip, receiver: 'big.test', counts: tries(900) },
      })),
      'before',
    )
    assert.equal(meter.allowance(address, 'big.test'), Infinity)
    assert.equal(meter.allowance(address, 'other.test'), 17)
    assert.equal(open(day * 61).left(), Infinity)
  })
})

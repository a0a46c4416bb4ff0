import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statesSince } from './states-since.ts'

const waiting = { n: 0, state: 'waiting', settledAt: null, acceptedAt: 1000 } as const
const event = (at: number, state: 'waiting' | 'held' | null, n: number | null = 0) => ({ at, state, n })

test('what was released waits since then, whatever was tried since', () => {
  const events = [event(1000, 'waiting'), event(2000, 'held'), event(9000, 'waiting'), event(9500, 'waiting')]
  assert.equal(statesSince(events)(waiting), 9000)
  assert.equal(statesSince(events.slice(0, 2))({ ...waiting, state: 'held', settledAt: 2000 }), 2000)
})

test('what has only been tried again waits since it was accepted', () => {
  const events = [
    event(1000, 'waiting'),
    event(2000, 'waiting'),
    event(3000, null),
    event(4000, 'held', null),
  ]
  assert.equal(statesSince(events)(waiting), 1000)
})

test('what happened to another recipient, and a log that does not reach so far, say nothing', () => {
  assert.equal(statesSince([event(1000, 'waiting', 1), event(2000, 'held', 1)])(waiting), 1000)
  assert.equal(statesSince([event(1000, 'waiting'), event(2000, 'held')])(waiting), 1000)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeToEmpty } from './time-to-empty.ts'

test('a queue empties by what leaves beyond what comes', () => {
  const flow = timeToEmpty(600, [
    { came: 100, gone: 300 },
    { came: 20, gone: 60 },
  ])
  assert.deepEqual(flow, { comes: 60, leaves: 180, emptyInMs: 300_000 })
})

test('where more comes than leaves, or nothing leaves, there is no end', () => {
  assert.equal(timeToEmpty(10, [{ came: 20, gone: 10 }]).emptyInMs, null)
  assert.equal(timeToEmpty(10, [{ came: 5, gone: 5 }]).emptyInMs, null)
  assert.equal(timeToEmpty(10, []).emptyInMs, null)
  assert.equal(timeToEmpty(0, []).emptyInMs, 0)
})

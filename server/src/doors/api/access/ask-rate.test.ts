import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskRate } from './ask-rate.ts'

test('who asks without end waits, and nobody else does; a moment later some are free again', () => {
  const rate = new AskRate({ most: 500, perSecond: 50 })
  const free = (now: number) => {
    let count = 0
    while (count < 10_000 && rate.take('loud', now) === 0) count += 1
    return count
  }
  assert.equal(free(0), 500)
  const waitMs = rate.take('loud', 0)
  assert.ok(waitMs > 0 && waitMs <= 1000, `${waitMs}`)
  assert.equal(rate.take('quiet', 0), 0)
  assert.equal(rate.take('loud', waitMs), 0, 'after the time that was said')
  assert.equal(free(waitMs + 1000), 50)
  assert.equal(free(0), 0, 'a clock that goes back gives nothing')
})

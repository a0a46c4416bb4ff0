import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publishSoon } from './publish-soon.ts'

test('an answer waits for what it changed to be in force, and not for ever', async (t) => {
  let isInForce = false
  await publishSoon(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    isInForce = true
  })
  assert.equal(isInForce, true)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const late = publishSoon(() => new Promise(() => undefined))
  t.mock.timers.tick(1000)
  await late
})

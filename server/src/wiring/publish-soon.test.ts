import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publishSoon } from './publish-soon.ts'

test('an answer waits for what it changed to be in force, and not for ever', async () => {
  let isInForce = false
  await publishSoon(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    isInForce = true
  })
  assert.equal(isInForce, true)
  await publishSoon(() => new Promise(() => undefined))
})

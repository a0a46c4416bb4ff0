import assert from 'node:assert/strict'
import { test } from 'node:test'
import { delaysSentence } from './delays-sentence.ts'

test('how long mail took is told of half of it, of nearly all, and of the longest', () => {
  const delays = { p50: 4400, p95: 23_407, p99: 24_000, max: 1_500_000 }
  const times = 'of them took up to 4.4 s, 95 % up to 23 s, the longest 25 min.'
  assert.equal(delaysSentence(delays, true), `Half ${times}`)
  assert.equal(delaysSentence(delays, false), `So far half ${times}`)
})

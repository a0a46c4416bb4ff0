import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowReader } from './flow-reader.ts'

test('figures that cannot be read are unknown since they last reached so far, and known again when they can be', async () => {
  let [now, reached, isAway] = [1000, 900, false]
  const fail = () => {
    throw new Error('no such table')
  }
  const reader = new FlowReader(
    {
      position: async () =>
        isAway
          ? fail()
          : { seq: 1, line: 0, refusal: '', followedSince: 0, verdictsSince: 0, completeUpTo: reached },
      flowOf: async () => [],
    },
    () => now,
  )
  assert.deepEqual(await reader.read(['a.test']), { completeUpTo: 900, flows: [], unreadable: null })
  isAway = true
  now = 2000
  assert.deepEqual((await reader.read(['a.test'])).unreadable, { since: 900 })
  isAway = false
  reached = 2900
  now = 3000
  assert.deepEqual(await reader.read(['a.test']), { completeUpTo: 2900, flows: [], unreadable: null })
})

test('where they were never read, it is the first moment of that', async () => {
  let now = 1000
  const reader = new FlowReader(
    { position: () => Promise.reject(new Error('no such table')), flowOf: async () => [] },
    () => now,
  )
  await reader.read([])
  now = 5000
  assert.deepEqual((await reader.read([])).unreadable, { since: 1000 })
})

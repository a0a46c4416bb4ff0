import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LiveRounds } from './live-rounds.ts'

test('a round is shown when it is whole, the newest first, with what was left out', () => {
  const rounds = new LiveRounds<string>()
  assert.equal(rounds.hear('', { skipped: 3 }), null)
  assert.equal(rounds.hear('', { line: 'a' }), null)
  assert.deepEqual(rounds.hear('p1', { line: 'b' }), { lines: ['b', 'a'], skipped: 3 })
  assert.deepEqual(rounds.hear('p2', { line: 'c' }), { lines: ['c'], skipped: 0 })
})

test('what comes again after a broken connection is shown once', () => {
  const rounds = new LiveRounds<string>()
  rounds.hear('p1', { line: 'a' })
  assert.equal(rounds.hear('p1', { line: 'b' }), null)
  rounds.drop()
  assert.equal(rounds.hear('', { line: 'b' }), null)
  assert.deepEqual(rounds.hear('p2', { line: 'c' }), { lines: ['c', 'b'], skipped: 0 })
})

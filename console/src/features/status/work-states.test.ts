import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextState } from './work-states.ts'

test('a word about work that is only announced does not begin it', () => {
  assert.equal(nextState.scheduled, 'scheduled')
  assert.equal(nextState.in_progress, 'completed')
})

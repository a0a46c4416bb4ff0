import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedIn } from './changed-in.ts'

const seen = { nextHop: 'smtp://a.test', anyRecipient: false }

test('what nobody has typed, or has typed back, is not changed', () => {
  assert.deepEqual(changedIn(seen, {}), {})
  assert.deepEqual(changedIn(seen, { nextHop: 'smtp://a.test', anyRecipient: false }), {})
  assert.deepEqual(changedIn(seen, { anyRecipient: true }), { anyRecipient: true })
})

test('what somebody else has changed to the same is changed already', () => {
  assert.deepEqual(changedIn({ ...seen, anyRecipient: true }, { nextHop: '', anyRecipient: true }), {
    nextHop: '',
  })
})

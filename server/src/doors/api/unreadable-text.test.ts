import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unreadableTextAt } from './unreadable-text.ts'

test('NUL and halves of pairs are found wherever they stand, and no other letter is', () => {
  assert.equal(unreadableTextAt({ people: [{ address: 'a' }, { address: 'a\0b' }] }), '/people/1/address')
  assert.equal(unreadableTextAt({ name: 'a\ud800' }), '/name')
  assert.equal(unreadableTextAt('\udca5\ud83d'), '')
  for (const fine of ['', 'a\r\n\tb', '💥', 'ه', '\u202e', '\ufffd', null, 7, [true]])
    assert.equal(unreadableTextAt({ fine }), null)
})

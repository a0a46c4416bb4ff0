import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasUnreadableText, unreadableTextAt } from './unreadable-text.ts'

test('NUL and halves of pairs are found wherever they stand, and no other letter is', () => {
  for (const wrong of [
    'a\0b',
    'a\ud800',
    '\udca5\ud83d',
    '\ud83d\ud83d\udca5',
    '💥\udca5',
    '\\\0',
    '\ud83d\\udca5',
  ])
    for (const body of [wrong, { people: [{ address: wrong }] }, { [wrong]: 1 }])
      assert.equal(hasUnreadableText(JSON.stringify(body)), true, JSON.stringify(body))
  for (const fine of [
    '',
    'a\r\n\tb',
    '💥',
    'ه',
    '\u202e',
    '\ufffd',
    '\\u0000',
    '\\ud800',
    '\\\\ud800',
    null,
    7,
  ])
    assert.equal(hasUnreadableText(JSON.stringify({ fine })), false, JSON.stringify(fine))
})

test('a letter beyond the first 65,536 may come as two escapes, as programs write it', () => {
  assert.equal(hasUnreadableText('{"a":"\\ud83d\\udca5 \\uD83D\\uDCA5\\u0041"}'), false)
  assert.equal(hasUnreadableText('{"a":"\\ud83d\\udca5\\uDCA5"}'), true)
  assert.equal(hasUnreadableText('{"a":"\\u0041\\u0000"}'), true)
})

test('its place is named', () => {
  assert.equal(unreadableTextAt({ people: [{ address: 'a' }, { address: 'a\0b' }] }), '/people/1/address')
  assert.equal(unreadableTextAt({ name: 'a\ud800', other: '\0' }), '/name')
  assert.equal(unreadableTextAt({ '\ud800': 1 }), null)
})

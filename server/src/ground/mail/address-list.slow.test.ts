import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { parseAddressList } from './address-list.ts'

test('time grows with size, whatever is repeated', () => {
  const pieces = [
    '"',
    '"a\\',
    '<',
    '(',
    ':',
    ' ',
    '<"',
    '<@,',
    '@ ',
    '=?a?q?',
    '(a)',
    'a@b,',
    ',',
    '<a@b>',
    'x@:',
    '"x"@',
    '. ',
    '()',
    '"" ',
    '@',
  ]
  for (const piece of pieces) {
    for (const before of ['', 'a@', '"']) {
      const growth = measureGrowth(
        (size) => before + piece.repeat(size),
        (text) => parseAddressList(text),
      )
      assert(isLinear(growth), `${JSON.stringify(piece)} grows by ${growth}`)
    }
  }
})

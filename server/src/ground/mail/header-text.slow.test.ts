import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { decodeHeaderText } from './header-text.ts'

test('time grows with size in floods of encoded words, whole or broken', () => {
  for (const piece of ['=?utf-8?Q?a?= ', '=?a?Q?', '=?', '=?x?B?w6Q=?=', ' ', '?=', '=?utf-8?Q?', '\xe9']) {
    const growth = measureGrowth(
      (size) => piece.repeat(size),
      (text) => decodeHeaderText(text, Number.POSITIVE_INFINITY),
    )
    assert(isLinear(growth), `${JSON.stringify(piece)} grows by ${growth}`)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeHeaderText } from './header-text.ts'

const cases: [raw: string, text: string, why: string][] = [
  ['plain', 'plain', 'ASCII stays'],
  ['=?utf-8?Q?Gr=C3=BC=C3=9Fe_an_dich?=', 'Grüße an dich', 'Q encoding'],
  ['=?UTF-8?b?R3LDvMOfZQ==?=', 'Grüße', 'B encoding'],
  ['=?iso-8859-1?Q?a?= =?iso-8859-1?Q?b?=', 'ab', 'blanks between encoded words do not count'],
  ['=?iso-8859-1?Q?a?= b', 'a b', 'blanks between a word and text do'],
  ['=?utf-8?B?w?= =?utf-8?B?6Q==?=', '\ufffd', 'broken base64 never throws'],
  ['=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=', 'é', 'a character cut over two words'],
  ['=?utf-8?Q?=C3?=\r\n =?utf-8?Q?=A9?=', 'é', 'folding between words'],
  ['=?utf-8*en?Q?hi?=', 'hi', 'language of RFC 2231'],
  ['=?gb2312?B?xOO6ww==?=', '你好', 'a charset with several bytes a character'],
  ['=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=', '日本', 'a charset with states'],
  ['=?x-nobody?Q?caf=E9?=', 'caf\ufffd', 'an unknown charset'],
  ['=?x-nobody?Q?caf=C3=A9?=', 'café', 'an unknown charset whose bytes are UTF-8'],
  ['=?utf-8?Q?a=0D=0ABcc:_x?=', 'a Bcc: x', 'an encoded line end forges no line'],
  ['=?utf-8?Q?=00=07?=', '\ufffd\ufffd', 'control characters'],
  ['Gr\xc3\xbc\xc3\x9fe', 'Grüße', 'raw UTF-8'],
  ['Gr\xfc\xdfe \x80', 'Grüße €', 'raw windows-1252'],
  ['one\r\n two', 'one two', 'folding'],
  ['=?broken', '=?broken', 'no encoded word'],
  ['=?utf-8?Q?never ends', '=?utf-8?Q?never ends', 'no encoded word'],
  ['=?utf-8?X?abc?=', '=?utf-8?X?abc?=', 'no such encoding'],
  ['=?=?utf-8?Q?a?=', '=?a', 'a false start before a word'],
  ['=?utf-8?Q?Really??= yes', 'Really? yes', 'a question mark that should be hidden'],
  ['=?utf-8?Q?a =?utf-8?Q?b?=', '=?utf-8?Q?a b', 'a word that never ends before one that does'],
  ['=?utf-8?Q??=x', 'x', 'an empty word'],
  ['=?utf-8?Q?a=ZZ=4?=', 'a=ZZ=4', 'broken escapes stay'],
  ['', '', 'nothing'],
]

for (const [raw, text, why] of cases) {
  test(`${why}: ${JSON.stringify(raw)}`, () => assert.equal(decodeHeaderText(raw), text))
}

test('what is too long is cut, and shows it', () => {
  assert.equal(decodeHeaderText('abcdef', 3), 'abc\u2026')
})

test('property: any text becomes one well-formed line without control characters', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text).toString('latin1')),
    fc.constantFrom('=?', '?=', '?Q?', '?B?', 'utf-8', '=C3', ' ', '\r\n ', 'gb2312', '_'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = decodeHeaderText(pieces.join(''))
      assert(text.isWellFormed())
      assert.doesNotMatch(text, /[\x00-\x1f\x7f]/)
    }),
  )
})

test('property: what is encoded by the RFC is decoded to itself', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'aé日😀 _=?'), minLength: 1, maxLength: 30 }),
      fc.boolean(),
      (text, base64) => {
        const bytes = Buffer.from(text)
        const q = () =>
          [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
        assert.equal(
          decodeHeaderText(base64 ? `=?utf-8?B?${bytes.toString('base64')}?=` : `=?utf-8?Q?${q()}?=`),
          text,
        )
      },
    ),
  )
})

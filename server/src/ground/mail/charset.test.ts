import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeCharset, decodeUndeclared } from './charset.ts'

test('names in any case, and what senders mean by them', () => {
  assert.equal(decodeCharset(Buffer.from('fc', 'hex'), 'ISO-8859-1'), 'ü')
  assert.equal(decodeCharset(Buffer.from('93', 'hex'), 'iso-8859-1'), '\u201c', 'as browsers do')
  assert.equal(decodeCharset(Buffer.from('b0a1', 'hex'), 'EUC-KR'), '가')
  assert.equal(decodeCharset(Buffer.from('1b24422422', 'hex'), 'iso-2022-jp'), 'あ')
  assert.equal(decodeUndeclared('\xc3\xbc'), 'ü')
  assert.equal(decodeUndeclared('\xfc'), 'ü')
})

test('a charset that nobody knows is read as UTF-8 where it can be, and never guessed otherwise', () => {
  assert.equal(decodeCharset(Buffer.from('grün'), 'x-nobody'), 'grün')
  assert.equal(decodeCharset(Buffer.from('a\xfc', 'latin1'), 'x-nobody'), 'a\ufffd')
  assert.equal(decodeCharset(Buffer.from('a\xfc', 'latin1'), 'us-ascii\0; drop'), 'a\ufffd')
})

test('property: any bytes in any charset become text, and UTF-8 becomes what it was', () => {
  const label = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'utf-8',
      'utf-16',
      'utf-7',
      'gb18030',
      'shift_jis',
      'hz-gb-2312',
      'iso-2022-kr',
      'koi8-r',
      '',
    ),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), label, (bytes, name) => {
      assert.ok(decodeCharset(Buffer.from(bytes), name).isWellFormed())
      assert.ok(decodeUndeclared(Buffer.from(bytes).toString('latin1')).isWellFormed())
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const bytes = Buffer.from(text)
      assert.equal(decodeCharset(bytes, 'UTF-8'), text)
      assert.equal(decodeUndeclared(bytes.toString('latin1')), text)
    }),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeUtf8Address,
  decodeXtext,
  encodeUtf8Address,
  encodeXtext,
  toPlainUtf8Address,
  toXtext,
} from './smtp-text.ts'

test('xtext hides plus, equals, blanks and what is not ASCII (RFC 3461, 4)', () => {
  assert.equal(encodeXtext('a+b=c d@e'), 'a+2Bb+3Dc+20d@e')
  assert.equal(decodeXtext('a+2Bb+3Dc+20d@e'), 'a+b=c d@e')
  for (const broken of ['a b', 'a=b', 'a+2', 'a+zz', 'a+2b', 'é'])
    assert.equal(decodeXtext(broken), null, broken)
})

test('addresses beyond ASCII are written as code points (RFC 6533, 3)', () => {
  assert.equal(encodeUtf8Address('jörg+x@bücher.example'), 'j\\x{F6}rg\\x{2B}x@b\\x{FC}cher.example')
  assert.equal(decodeUtf8Address('j\\x{F6}rg@b\\x{FC}cher.example'), 'jörg@bücher.example')
  assert.equal(decodeUtf8Address('jörg@bücher.example'), 'jörg@bücher.example')
  for (const broken of ['a\\b', 'a\\x{D800}', 'a\\x{110000}', 'a+b', 'a b', '\ud800'])
    assert.equal(decodeUtf8Address(broken), null, broken)
})

test('what a sender forgot to encode is encoded, and nothing is encoded twice', () => {
  for (const [given, wanted] of [
    ['a+2Bb@x.example', 'a+2Bb@x.example'],
    ['a+2bb@x.example', 'a+2bb@x.example'],
    ['a+tag@x.example', 'a+2Btag@x.example'],
    ['a=b@x.example', 'a+3Db@x.example'],
    ['é', '+C3+A9'],
  ] as const)
    assert.equal(toXtext(given), wanted)
  for (const given of ['jörg@x.example', 'j\\x{F6}rg@x.example'])
    assert.equal(toPlainUtf8Address(given), 'j\\x{F6}rg@x.example')
})

test('property: both forms give back what they were made from', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      const whole = text.toWellFormed()
      assert.equal(decodeXtext(encodeXtext(whole)), whole)
      assert.match(encodeXtext(whole), /^[\x21-\x7e]*$/)
      assert.equal(decodeUtf8Address(encodeUtf8Address(whole)), whole)
      assert.match(encodeUtf8Address(whole), /^[\x21-\x7e]*$/)
    }),
  )
})

test('property: any text is decoded without an error', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 50 }), (text) => {
      decodeXtext(text)
      decodeUtf8Address(text)
      for (const plain of [toXtext(text), toPlainUtf8Address(text)]) assert.match(plain, /^[\x21-\x7e]*$/)
      assert.equal(toXtext(toXtext(text)), toXtext(text))
    }),
  )
})

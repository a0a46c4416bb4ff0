import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { lastAddress, readAddress } from './header-address.ts'

const local = fc.stringMatching(/^[a-z0-9+_-]{1,6}(\.[a-z0-9]{1,4})?$/)
const domain = fc.stringMatching(/^[a-z0-9]{1,6}(\.[a-z]{2,4}){1,2}$/)
/** What may stand around `@` and dots and means nothing (RFC 5322, 4.4). */
const nothing = fc.constantFrom('', ' ', '\t', '\r\n ', '(a comment)', ' (one (in) one) ', '(a\\)b)')

test('comments and folding around an address are no part of it', () => {
  fc.assert(
    fc.property(local, domain, nothing, nothing, nothing, (name, host, before, middle, after) => {
      assert.equal(readAddress(`${before}${name}${middle}@${middle}${host}${after}`), `${name}@${host}`)
    }),
  )
})

test('the last address of an entry without brackets is found behind any words', () => {
  const words = fc.array(fc.stringMatching(/^[A-Za-z]{1,8}$/), { maxLength: 4 }).map((list) => list.join(' '))
  fc.assert(
    fc.property(words, local, domain, (before, name, host) => {
      const found = lastAddress(`${before} ${name}@${host}`)
      assert.equal(found.address, `${name}@${host}`)
      assert.equal(found.before.trim(), before)
    }),
  )
})

test('property: any text is read without an error, and an address found is one', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom(
      '"',
      '(',
      ')',
      '\\',
      '@',
      '.',
      '<',
      '>',
      ',',
      ':',
      ';',
      '[',
      ']',
      ' ',
      '\r\n ',
      '\xe9',
      'a@b.cd',
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('')
      for (const address of [readAddress(text), lastAddress(text).address]) {
        if (address === null) continue
        assert.match(address, /^[^\r\n]+@(?:\[[^\s[\]]+\]|[^\s@<>,;[\]]+)$/)
      }
    }),
    { numRuns: 3000 },
  )
})

test('time grows with the size', () => {
  for (const unit of ['(', '()', '"', '\\', '@', 'a@b ', ' .', '"a"@'])
    assert.ok(isLinear(measureGrowth((size) => unit.repeat(size), lastAddress)), unit)
})

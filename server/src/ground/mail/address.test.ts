import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { normaliseAddress, parseMailbox, splitTag } from './address.ts'
import { normaliseDomain } from './domain.ts'

const label63 = 'd'.repeat(63)

const good = [
  'a@b',
  'first.last+tag@example.com',
  "!#$%&'*+-/=?^_`{|}~@example.com",
  '"a b"@example.com',
  '"a\\"b@c"@example.com',
  '""@example.com',
  'a@[192.0.2.1]',
  'a@[IPv6:2001:db8::1]',
  'a@[ipv6:::ffff:192.0.2.1]',
  'a@xn--bcher-kva.example',
  'a@under_score.example',
  'a@1and1.example',
  `${'l'.repeat(64)}@example.com`,
  `a@${label63}.${label63}.${label63}.${'d'.repeat(57)}`,
]
const bad = [
  '',
  'a',
  '@',
  '@b',
  'a@',
  'a@b@c',
  '.a@b',
  'a.@b',
  'a..b@c',
  'a b@c',
  'a@b c',
  'a@b.',
  'a@.b',
  'a@b..c',
  'a@-b',
  'a@b-',
  'a@1.2.3.4',
  'a@[1.2.3]',
  'a@[1.2.3.256]',
  'a@[IPv6:1::2::3]',
  'a@[IPv6:fe80::1%eth0]',
  'a@[x:1]',
  'a@[',
  '"a@b',
  '"a"b@c',
  '"a\nb"@c',
  '"a\0"@c',
  'a\r\n@b',
  'a@b\r\nRCPT TO:<x@y>',
  '<a@b>',
  'a@b>',
  'a,b@c',
  'a(x)@b',
  'a@b(x)',
  'a\\b@c',
  `${'l'.repeat(65)}@example.com`,
  `a@${'d'.repeat(64)}.example`,
  'ü@example.com',
  'a@bücher.example',
  `a@${label63}.${label63}.${label63}.${'d'.repeat(61)}`,
]

test('mailboxes of RFC 5321', () => {
  for (const text of good) {
    const at = text.lastIndexOf('@')
    assert.deepEqual(
      parseMailbox(text, { smtputf8: false }),
      { local: text.slice(0, at), domain: text.slice(at + 1) },
      text,
    )
    assert.notEqual(parseMailbox(text, { smtputf8: true }), null, text)
  }
  for (const text of bad) assert.equal(parseMailbox(text, { smtputf8: false }), null, JSON.stringify(text))
})

test('mailboxes of RFC 6531, only where SMTPUTF8 was said', () => {
  for (const text of [
    'ü@example.com',
    'a@bücher.example',
    '用户@例子.广告',
    '"a ü"@example.com',
    'δοκιμή@παράδειγμα.δοκιμή',
  ]) {
    assert.notEqual(parseMailbox(text, { smtputf8: true }), null, text)
    assert.equal(parseMailbox(text, { smtputf8: false }), null, text)
  }
  for (const text of [
    'a@１２７.0.0.1',
    'a@bü%41.example',
    'a@bü..example',
    'a@-bü.example',
    'a@bü/x',
    '\ud800@example.com',
    'a\u0085@example.com',
    `${'ü'.repeat(33)}@example.com`,
  ]) {
    assert.equal(parseMailbox(text, { smtputf8: true }), null, JSON.stringify(text))
  }
})

test('postmaster needs no domain', () => {
  assert.deepEqual(parseMailbox('Postmaster', { smtputf8: false }), { local: 'Postmaster', domain: '' })
  assert.equal(normaliseAddress('PostMaster').lookupKey, 'postmaster')
})

test('domains are compared in lower case as A-labels', () => {
  assert.equal(normaliseDomain('BÜCHER.Example.'), 'xn--bcher-kva.example')
  assert.equal(normaliseDomain('XN--BCHER-KVA.example'), 'xn--bcher-kva.example')
  assert.equal(normaliseDomain('[IPv6:::1]'), '[ipv6:::1]')
  assert.equal(normaliseDomain('not a domain ü'), 'not a domain ü')
})

test('addresses keep their local part, and are compared without case and needless quotes', () => {
  const { address, lookupKey } = normaliseAddress('Jane.Doe@EXAMPLE.com')
  assert.deepEqual([address, lookupKey], ['Jane.Doe@example.com', 'jane.doe@example.com'])
  assert.equal(normaliseAddress('"jane.doe"@example.com').lookupKey, 'jane.doe@example.com')
  assert.equal(normaliseAddress('"j\\ane"@example.com').lookupKey, 'jane@example.com')
  assert.equal(normaliseAddress('"jane doe"@example.com').lookupKey, '"jane doe"@example.com')
  assert.equal(normaliseAddress('u\u0308@example.com').lookupKey, 'ü@example.com')
})

test('tags are split at the first plus', () => {
  assert.deepEqual(splitTag('jane+news+old'), { base: 'jane', tag: 'news+old' })
  assert.deepEqual(splitTag('+jane'), { base: '+jane', tag: null })
  assert.deepEqual(splitTag('jane-x', '-'), { base: 'jane', tag: 'x' })
  assert.deepEqual(splitTag('"a+b"'), { base: '"a+b"', tag: null })
})

test('property: what is taken is one line without blanks outside quotes, and is taken again after normalising', () => {
  const piece = fc.constantFrom(
    'a',
    'B',
    '.',
    '@',
    '"',
    '\\',
    ' ',
    'ü',
    '+',
    '[',
    ']',
    '1',
    '-',
    '\r\n',
    '\0',
    '<',
    'example.com',
    '@example.com',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, smtputf8) => {
      const text = pieces.join('')
      const mailbox = parseMailbox(text, { smtputf8 })
      if (!mailbox) return
      assert.equal(`${mailbox.local}@${mailbox.domain}`, text)
      assert.doesNotMatch(text, /[\r\n\0]/)
      const normal = normaliseAddress(text)
      assert.notEqual(parseMailbox(normal.address, { smtputf8 }), null, normal.address)
      assert.deepEqual(normaliseAddress(normal.lookupKey).lookupKey, normal.lookupKey)
    }),
    { numRuns: 2000 },
  )
})

test('time grows with size', () => {
  for (const piece of ['a', 'a.', '"', '\\', '@', '[', '.', 'ü']) {
    const growth = measureGrowth(
      (size) => `"${piece.repeat(size)}`,
      (text) => [parseMailbox(text, { smtputf8: true }), normaliseAddress(text)],
    )
    assert(isLinear(growth), `${piece} grows by ${growth}`)
  }
})

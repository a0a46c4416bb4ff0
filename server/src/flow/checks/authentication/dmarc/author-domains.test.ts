import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readSample } from '../sample-message.ts'
import { readAuthorDomains } from './author-domains.ts'

function read(...values: string[]) {
  const header = values.map((value) => `From: ${value}\r\n`).join('')
  return readAuthorDomains(readSample(`${header}\r\n`).header.all('from'))
}

describe('author domains', () => {
  const cases: [string, string, string[], string | null][] = [
    ['a bare address', 'a@A.test', ['a.test'], null],
    ['a name and an address', '"B, b" <b@b.test>', ['b.test'], null],
    ['folding', 'B\r\n\t<b@b.test>', ['b.test'], null],
    ['a comment', 'b@b.test (really c@c.test)', ['b.test'], null],
    ['an address as name', '"ceo@bank.test" <x@evil.test>', ['evil.test'], null],
    ['an address as name without quotes', 'ceo@bank.test <x@evil.test>', ['evil.test'], null],
    ['an at sign in a quoted local part', '"a@bank.test"@evil.test', ['evil.test'], null],
    ['two of one domain', 'a@a.test, b@a.test', ['a.test'], null],
    ['two domains', 'a@a.test, b@b.test', ['a.test', 'b.test'], 'several-domains'],
    ['a group (RFC 6854)', 'Team: a@a.test, b@b.test;', ['a.test', 'b.test'], 'several-domains'],
    ['an empty group', 'Nobody:;', [], 'no-domain'],
    ['an old route', '<@relay.test:a@a.test>', ['a.test'], null],
    ['an address with two domains', 'a@a.test@b.test', ['a.test', 'b.test'], 'several-domains'],
    ['an unclosed quote', '"a <x@bank.test>', ['bank.test'], null],
    ['an unclosed comment', '(a <x@bank.test>', ['bank.test'], null],
    ['a root dot', 'a@a.test.', ['a.test'], null],
    ['an address literal', 'a@[192.0.2.1]', [], 'no-domain'],
    ['a name only', 'Somebody', [], 'no-domain'],
    ['nothing', '', [], 'no-domain'],
    ['a domain that DNS cannot hold', 'a@a..test', [], 'no-domain'],
    ['one good and one broken', 'a@a.test, <broken>', ['a.test'], 'broken-address'],
    ['a U-label', 'a@b\u00c3\u00bccher.test', ['xn--bcher-kva.test'], null],
    [
      'an encoded name that holds an address',
      '=?utf-8?q?ceo=40bank.test?= <x@evil.test>',
      ['evil.test'],
      null,
    ],
    ['an escaped quote', '"a \\" <x@bank.test>, " <b@b.test>', ['b.test'], null],
    ['a domain literal with a comma', 'a@a.test, , b@b.test', ['a.test', 'b.test'], 'several-domains'],
  ]
  for (const [name, value, domains, oddity] of cases) {
    it(name, () => assert.deepEqual(read(value), { domains, oddity }))
  }

  it('counts every From field', () => {
    assert.deepEqual(read('a@a.test', 'b@b.test'), { domains: ['a.test', 'b.test'], oddity: 'several-from' })
    assert.deepEqual(read(), { domains: [], oddity: 'no-from' })
  })

  it('keeps a bounded number of domains, in little time', () => {
    const start = performance.now()
    assert.equal(read(Array.from({ length: 50_000 }, (_, i) => `a@d${i}.test`).join(',')).domains.length, 5)
    assert.ok(performance.now() - start < 5000)
  })

  it('takes whatever comes', () => {
    const piece = fc.constantFrom('"', '<', '>', '(', ')', '\\', ',', ':', ';', '@', 'a.test', ' ', '[')
    fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => void read(pieces.join(''))))
  })
})

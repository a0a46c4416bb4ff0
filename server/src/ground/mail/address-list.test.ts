import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAddressList } from './address-list.ts'

const cases: [value: string, ...entries: [name: string, address: string | null][]][] = [
  ['a@b.c', ['', 'a@b.c']],
  ['Bob <b@c.d>, "Smith, John" <j@s.com>', ['Bob', 'b@c.d'], ['Smith, John', 'j@s.com']],
  ['undisclosed-recipients:;'],
  ['Team: a@b, C <c@d>; e@f', ['', 'a@b'], ['C', 'c@d'], ['', 'e@f']],
  ['John Q. Public <jqp@x.org> (work)', ['John Q. Public', 'jqp@x.org']],
  ['j@x.org (Jo (the) Do)', ['Jo (the) Do', 'j@x.org']],
  ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['Pete', 'pete@silly.test']],
  ['A (Group): c@(the host)public.example; (the end)', ['the host', 'c@public.example']],
  ['<@a,@b:u@c>', ['', 'u@c']],
  ['"john doe"@x.y', ['', '"john doe"@x.y']],
  ['john @ example . com', ['', 'john@example.com']],
  ['John a@b.c', ['John', 'a@b.c']],
  ['Smith, John <a@b>', ['Smith', null], ['John', 'a@b']],
  ['=?utf-8?q?J=C3=BCrgen?= <j@x>', ['Jürgen', 'j@x']],
  ['"=?utf-8?q?J=C3=BCrgen?=" <j@x>', ['Jürgen', 'j@x']],
  ['x <a@b> <c@d>', ['x', 'a@b'], ['x', 'c@d']],
  ['<a@b', ['', 'a@b']],
  ['A <a@b, C <c@d>', ['A', 'a@b'], ['C', 'c@d']],
  ['a@b; c@d', ['', 'a@b'], ['', 'c@d']],
  ['u@[IPv6:::1], k@l', ['', 'u@[IPv6:::1]'], ['', 'k@l']],
  ['"unclosed <a@b>, c@d', ['"unclosed', 'a@b'], ['', 'c@d']],
  ['(open a@b', ['(open', 'a@b']],
  ['a@b <c@d>', ['a@b', 'c@d']],
  ['"a@b" <c@d>', ['a@b', 'c@d']],
  ['<>', ['', null]],
  ['The Management', ['The Management', null]],
  ['j\xc3\xbc@\xc3\xbc.de', ['', 'jü@ü.de']],
  [', ,a@b,,', ['', 'a@b']],
  [''],
]

for (const [value, ...entries] of cases) {
  test(JSON.stringify(value), () =>
    assert.deepEqual(
      parseAddressList(value).map(({ name, address }) => [name, address]),
      entries,
    ),
  )
}

test('no more entries are read than are asked for', () => {
  assert.equal(parseAddressList('a@b,'.repeat(100), 10).length, 10)
  assert.equal(parseAddressList('<a@b>'.repeat(100), 10).length, 10)
})

test('property: a list that is written is read as itself', () => {
  const name = fc.string({ unit: fc.constantFrom(...'ab,;:"\\<>()@. '), maxLength: 12 })
  const address = fc
    .tuple(fc.stringMatching(/^[a-z0-9+]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}\.[a-z]{2,3}$/))
    .map((sides) => sides.join('@'))
  fc.assert(
    fc.property(fc.array(fc.tuple(name, address), { maxLength: 10 }), (list) => {
      const text = list.map(([each, at]) => `"${each.replace(/["\\]/g, '\\$&')}" <${at}>`).join(', ')
      const expected = list.map(([each, at]) => ({ name: each.trim().replace(/ {2,}/g, ' '), address: at }))
      assert.deepEqual(parseAddressList(text), expected)
    }),
  )
})

test('property: any text is read without an error, and addresses hold no blanks and no line ends', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('"', '<', '>', '(', ')', ',', ';', ':', '@', '\\', 'a@b', ' ', '\r\n ', '=?'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      for (const { name, address } of parseAddressList(pieces.join(''))) {
        assert.doesNotMatch(name, /[\r\n]/)
        if (address !== null) assert.match(address, /^(?:"[^\r\n]*"|[^\s"]+)@[^\s@]+$/)
      }
    }),
    { numRuns: 1000 },
  )
})

test('2,000 addresses are read in a few milliseconds', (t) => {
  const text = Array.from(
    { length: 2000 },
    (_, i) => `"Person Number ${i}" <person.${i}@example-company-${i}.com>`,
  ).join(',\r\n ')
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 10; i++) {
    const started = performance.now()
    assert.equal(parseAddressList(text).length, 2000)
    best = Math.min(best, performance.now() - started)
  }
  t.diagnostic(`${(text.length / 1024).toFixed(0)} KB of addresses in ${best.toFixed(2)} ms`)
})

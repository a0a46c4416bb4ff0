import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { BodyHash } from './body-hash.ts'

function hashOf(
  form: 'simple' | 'relaxed',
  body: string,
  limit: number | null = null,
  cuts: number[] = [],
): string {
  const hash = new BodyHash(form, limit)
  const bytes = Buffer.from(body, 'latin1')
  let from = 0
  for (const cut of [...cuts.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    hash.update(bytes.subarray(from, cut))
    from = cut
  }
  return hash.digest()
}

const sha256 = (text: string) => createHash('sha256').update(Buffer.from(text, 'latin1')).digest('base64')

describe('body hash', () => {
  const cases: [string, 'simple' | 'relaxed', string, string][] = [
    ['the example of RFC 6376, 3.4.5, relaxed', 'relaxed', ' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
    ['the example of RFC 6376, 3.4.5, simple', 'simple', ' C \r\nD \t E\r\n\r\n\r\n', ' C \r\nD \t E\r\n'],
    ['an empty body, simple', 'simple', '', '\r\n'],
    ['an empty body, relaxed', 'relaxed', '', ''],
    ['nothing but empty lines, simple', 'simple', '\r\n\r\n\r\n', '\r\n'],
    ['nothing but blanks, relaxed', 'relaxed', ' \t\r\n \r\n', ''],
    ['no line end at the end', 'simple', 'a', 'a\r\n'],
    ['empty lines inside stay', 'relaxed', '\r\n\r\na\r\n\r\nb', '\r\n\r\na\r\n\r\nb\r\n'],
    ['LF alone ends a line', 'relaxed', 'a \nb\n\n', 'a\r\nb\r\n'],
    ['CR alone is content', 'relaxed', 'a\rb\r\r\n', 'a\rb\r\r\n'],
    ['CR alone at the end', 'simple', 'a\r', 'a\r\r\n'],
    ['blanks before CR alone stay', 'relaxed', 'a  \rb', 'a \rb\r\n'],
    ['bytes above 127, A0 among them, are content', 'relaxed', 'a\u00a0\r\n', 'a\u00a0\r\n'],
  ]
  for (const [name, form, body, canonical] of cases) {
    it(name, () => assert.equal(hashOf(form, body), sha256(canonical)))
  }

  it('stops at l= and counts on', () => {
    const hash = new BodyHash('simple', 3)
    hash.update(Buffer.from('abcdef\r\n'))
    assert.equal(hash.digest(), sha256('abc'))
    assert.equal(hash.length, 8)
    assert.equal(hashOf('relaxed', 'abc', 0), sha256(''))
  })

  it('passes its buffer many times', () => {
    const body = 'word  word\r\n'.repeat(50_000)
    assert.equal(hashOf('relaxed', body), sha256('word word\r\n'.repeat(50_000)))
    assert.equal(hashOf('simple', body, 100_000), sha256(body.slice(0, 100_000)))
  })

  it('gives the same hash wherever the chunks are cut', () => {
    const piece = fc.constantFrom('a', ' ', '\t', '\r', '\n', '\r\n', 'bc')
    const bodies = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(
        bodies,
        fc.array(fc.nat(80), { maxLength: 6 }),
        fc.constantFrom('simple', 'relaxed'),
        (body, cuts, form) => {
          assert.equal(hashOf(form as 'simple', body, null, cuts), hashOf(form as 'simple', body))
        },
      ),
    )
  })
})

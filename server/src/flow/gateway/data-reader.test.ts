import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { DataReader } from './data-reader.ts'

const wide = { maxBytes: 1 << 20, maxHeaderBytes: 1 << 20, maxLineBytes: 1 << 20 }

/** Feeds a text in pieces cut at the given places; answers what came out. */
function readAll(text: string, cuts: readonly number[] = [], limits = wide, dotted = true) {
  const reader = new DataReader(limits, dotted)
  const kept: Buffer[] = []
  const bytes = Buffer.from(text, 'latin1')
  const places = [...new Set(cuts.map((each) => each % (bytes.length + 1)))].sort((a, b) => a - b)
  let at = 0
  for (const end of [...places, bytes.length]) {
    const { used, ended } = reader.read(bytes.subarray(at, end), (piece) => kept.push(piece))
    at += used
    if (ended || reader.fault === 'bare-line-feed')
      return {
        message: Buffer.concat(kept).toString('latin1'),
        ended,
        rest: text.slice(at),
        fault: reader.fault,
      }
  }
  return {
    message: Buffer.concat(kept).toString('latin1'),
    ended: false,
    rest: text.slice(at),
    fault: reader.fault,
  }
}

describe('reading message data', () => {
  test('ends at the one true end, and leaves what follows', () => {
    assert.deepEqual(readAll('a\r\nb\r\n.\r\nQUIT\r\n'), {
      message: 'a\r\nb\r\n',
      ended: true,
      rest: 'QUIT\r\n',
      fault: null,
    })
    assert.deepEqual(readAll('.\r\n'), { message: '', ended: true, rest: '', fault: null })
  })

  test('takes stuffed dots away, and only those', () => {
    assert.equal(readAll('..a\r\n.b\r\na.\r\n...\r\n.\r\n').message, '.a\r\nb\r\na.\r\n..\r\n')
  })

  for (const trick of [
    'a\n.\r\nb',
    'a\r\n.\nb',
    'a\n.\nb',
    'a\r.\r\nb',
    'a\r\n.\rb',
    'a\r.\rb',
    'a\r\r\n.\r\nb',
    'a\nb',
    'a\rb',
    '.\rb',
    'a\r\n.\r\r\n',
  ]) {
    test(`no smuggling: ${JSON.stringify(trick)} is a fault, not an end`, () => {
      const found = readAll(`x\r\n${trick}\r\n.\r\nMAIL FROM:<evil@example.org>\r\n`)
      assert.equal(found.ended, false)
      assert.equal(found.fault, 'bare-line-feed')
    })
  }

  test('the pieces in which bytes arrive make no difference', () => {
    const line = fc.string({
      unit: fc.constantFrom('a', '.', '\r', '\n', ' ', '\r\n', '\r\n.', '\r\n.\r\n'),
      maxLength: 30,
    })
    fc.assert(
      fc.property(line, fc.array(fc.nat(200), { maxLength: 8 }), (text, cuts) => {
        const [inPieces, atOnce] = [readAll(text, cuts), readAll(text)]
        assert.equal(inPieces.fault, atOnce.fault)
        // A message with a fault is dropped; how much of it had been kept says nothing.
        if (atOnce.fault === null) assert.deepEqual(inPieces, atOnce)
      }),
      { numRuns: 3000 },
    )
  })

  test('what a sender stuffs is what comes out', () => {
    const body = fc.array(fc.string({ unit: fc.constantFrom('a', '.', 'é', '\t'), maxLength: 6 }), {
      minLength: 1,
      maxLength: 10,
    })
    fc.assert(
      fc.property(body, fc.array(fc.nat(200), { maxLength: 5 }), (lines, cuts) => {
        const message = lines.map((each) => `${each}\r\n`).join('')
        const wire = `${lines.map((each) => `${each.startsWith('.') ? '.' : ''}${each}\r\n`).join('')}.\r\n`
        const found = readAll(wire, cuts)
        assert.equal(found.message, message)
        assert.equal(found.ended, true)
      }),
      { numRuns: 2000 },
    )
  })

  test('limits are faults, and the end is still found', () => {
    assert.deepEqual(readAll('aaaa\r\nbbbb\r\n.\r\nX', [], { ...wide, maxBytes: 5 }), {
      message: '',
      ended: true,
      rest: 'X',
      fault: 'too-large',
    })
    assert.equal(
      readAll(`${'a'.repeat(50)}\r\n\r\nb\r\n.\r\n`, [], { ...wide, maxHeaderBytes: 40 }).fault,
      'header-too-large',
    )
    assert.equal(
      readAll(`a\r\n\r\n${'b'.repeat(50)}\r\n.\r\n`, [], { ...wide, maxHeaderBytes: 40 }).fault,
      null,
    )
    assert.equal(
      readAll(`a\r\n\r\n${'b'.repeat(50)}\r\n.\r\n`, [7, 20], { ...wide, maxLineBytes: 40 }).fault,
      'long-line',
    )
  })

  test('a chunk of BDAT has no end mark and no stuffing, and the same rules for line ends', () => {
    assert.equal(readAll('..a\r\n.\r\nb\r\n', [3], wide, false).message, '..a\r\n.\r\nb\r\n')
    assert.equal(readAll('a\nb', [], wide, false).fault, 'bare-line-feed')
    const reader = new DataReader(wide, false)
    reader.read(Buffer.from('a\r'), () => undefined)
    assert.equal(reader.endsInsideLineEnd(), true)
  })

  test('its time grows with the bytes, whatever they are', () => {
    for (const unit of ['..\r\n', '\r\n..', 'a.', `${'a'.repeat(70)}\r\n`]) {
      const growth = measureGrowth((size) => unit.repeat(Math.ceil(size / unit.length)), readAll, 20_000)
      assert.ok(isLinear(growth), `${JSON.stringify(unit)}: ${growth}`)
    }
  })
})

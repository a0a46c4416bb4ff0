import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import * as monsters from '../../../../tests/mail/monsters.ts'
import type { MimeLimits, MimePart } from './mime.ts'
import { createMimeScanner, scanMime } from './mime.ts'

const limits: MimeLimits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }

const line = fc.constantFrom(
  'Content-Type: multipart/mixed; boundary=a',
  'Content-Type: multipart/digest; boundary=ab',
  'Content-Type: message/rfc822',
  'Content-Type: multipart/mixed; boundary="a b "',
  'Subject: x',
  ' folded',
  '',
  '',
  '--a',
  '--a--',
  '--ab',
  '--ab--',
  '--a b',
  'text',
  '--',
  'x'.repeat(50),
  '\xe9\0',
  'From x',
  '>From x',
  '\r',
)
const anyMessage = fc.array(fc.tuple(line, fc.constantFrom('\r\n', '\r\n', '\n')), { maxLength: 60 })

test('property: any message gives one well-formed tree, the same however it is cut into chunks', () => {
  const small = { maxDepth: 4, maxParts: 8, maxHeaderBytes: 150 }
  fc.assert(
    fc.property(
      anyMessage,
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 10 }),
      (lines, cuts) => {
        const bytes = Buffer.from(lines.map((each) => each.join('')).join(''), 'latin1')
        const whole = scanMime(bytes, small)
        const scanner = createMimeScanner(small)
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % cuts.length]!
          const lent = Buffer.from(bytes.subarray(at, at + size))
          scanner.write(lent)
          lent.fill('-')
          at += size
        }
        assert.deepEqual(scanner.end(), whole)
        let parts = 0
        const walk = (part: MimePart, from: number, to: number, depth: number) => {
          parts++
          assert.equal(part.depth, depth)
          assert(
            part.headerStart >= from &&
              part.bodyStart >= part.headerStart &&
              part.bodyEnd >= part.bodyStart &&
              part.bodyEnd <= to,
          )
          let at = part.bodyStart
          for (const child of part.children) {
            walk(child, at, part.bodyEnd, depth + 1)
            at = child.bodyEnd
          }
        }
        walk(whole.root, 0, bytes.length, 0)
        assert.equal(parts, whole.parts)
        assert(parts <= small.maxParts)
      },
    ),
    { numRuns: 1000 },
  )
})

test('property: any bytes are read without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void scanMime(Buffer.from(bytes), limits)),
  )
})

test('time grows with size, whatever the message is made of', () => {
  const open = `Content-Type: multipart/mixed; boundary=${'b'.repeat(60)}\r\n\r\n`
  const makers: Record<string, (size: number) => Buffer> = {
    levels: monsters.deepMime,
    messages: monsters.deepMessages,
    parts: monsters.manyParts,
    alike: monsters.likeBoundaries,
    'line ends': monsters.loneLineEnds,
    'header lines': (size) => Buffer.from('a:\n'.repeat(size)),
    'one line': (size) => Buffer.from(`${open}--${'b'.repeat(size)}`),
    dashes: (size) => Buffer.from(`${open}${'--\n'.repeat(size)}`),
    'nearly boundaries': (size) => Buffer.from(`${open}${`--${'b'.repeat(59)}c\n`.repeat(size)}`),
    'hundred open': (size) =>
      Buffer.concat([monsters.deepMime(99).subarray(0, 5000), Buffer.from('--b50x\r\n'.repeat(size))]),
    'blanks behind': (size) => Buffer.from(`${open}${`--b${' '.repeat(900)}\n`.repeat(size >> 5)}`),
  }
  const wide = { maxDepth: 1 << 30, maxParts: 1 << 30, maxHeaderBytes: 1 << 30 }
  for (const [name, make] of Object.entries(makers)) {
    for (const given of [limits, wide]) {
      const growth = measureGrowth(make, (bytes) => scanMime(bytes, given))
      assert(isLinear(growth), `${name} grows by ${growth}`)
    }
  }
})

test('time grows with size when the chunks are tiny', () => {
  const growth = measureGrowth(
    (size) => Buffer.from(`X: ${'y'.repeat(size)}\r\n\r\n${'z'.repeat(size)}`),
    (bytes) => {
      const scanner = createMimeScanner(limits)
      for (let at = 0; at < bytes.length; at += 3) scanner.write(bytes.subarray(at, at + 3))
      scanner.end()
    },
  )
  assert(isLinear(growth), `grows by ${growth}`)
})

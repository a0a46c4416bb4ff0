import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Line, LineCounts, LineSink } from './line-meter.ts'
import { LineMeter } from './line-meter.ts'

interface Seen {
  readonly text: string
  readonly at: number
  readonly next: number
  readonly endBefore: number
}

function meter(
  chunks: readonly Buffer[],
  wanted: LineSink['wanted'] = 'all',
  maxHeld = 1 << 20,
): { seen: Seen[]; counts: LineCounts } {
  const seen: Seen[] = []
  const take = ({ bytes, start, end, at, next, endBefore }: Line) => {
    seen.push({ text: bytes.toString('latin1', start, end), at, next, endBefore })
  }
  const reader = new LineMeter({ wanted, maxHeld, take, settle() {} })
  for (const chunk of chunks) {
    // Like a stream that uses its buffer again: nothing may be read from a chunk after the call.
    const lent = Buffer.from(chunk)
    reader.write(lent)
    lent.fill('!')
  }
  return { seen, counts: reader.end() }
}

/** The same by a pattern, slowly. */
function expectedLines(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line, i) =>
    i < lines.length - 1 || text.endsWith('\n') ? line.replace(/\r$/, '') : line,
  )
}

test('lines and odd bytes are counted', () => {
  const { counts, seen } = meter([Buffer.from('ab\r\nc\n\rd\0\xe9\r\r\nlast', 'latin1')])
  assert.deepEqual(counts, { lines: 4, longest: 5, nul: 1, bareCr: 2, bareLf: 1, eightBit: 1 })
  assert.deepEqual(
    seen.map((each) => each.text),
    ['ab', 'c', '\rd\0\xe9\r', 'last'],
  )
  assert.deepEqual(
    seen.map((each) => each.endBefore),
    [0, 2, 1, 2],
  )
})

test('only lines with two dashes are given where only those are wanted', () => {
  const { seen } = meter(
    [Buffer.from('--\r\n-a\r\n--a\r\n -'), Buffer.from('-b\r\n-'), Buffer.from('-c\r\n--d')],
    'dashed',
  )
  assert.deepEqual(
    seen.map((each) => each.text),
    ['--a', '--c', '--d'],
  )
})

test('of a long line over chunks only the beginning is kept', () => {
  const { seen, counts } = meter(
    [Buffer.alloc(50, 'a'), Buffer.alloc(50, 'b'), Buffer.from('\r\nx')],
    'all',
    60,
  )
  assert.deepEqual(
    seen.map(({ text, at, next }) => [text.length, at, next]),
    [
      [60, 0, 102],
      [1, 102, 103],
    ],
  )
  assert.equal(counts.longest, 100)
})

const bytes = fc.array(fc.constantFrom('\r', '\n', '\r\n', '-', 'a', '\0', '\xe9', 'text of a line', '\t'), {
  maxLength: 60,
})

test('property: the same however the message is cut into chunks', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(40), { maxLength: 20 }), (pieces, cuts) => {
      const text = pieces.join('')
      const whole = Buffer.from(text, 'latin1')
      const chunks: Buffer[] = []
      let at = 0
      for (const cut of cuts) {
        chunks.push(whole.subarray(at, at + cut))
        at = Math.min(whole.length, at + cut)
      }
      const { seen, counts } = meter([...chunks, whole.subarray(at)])
      assert.deepEqual(
        seen.map((each) => each.text),
        expectedLines(text),
      )
      assert.deepEqual(counts, {
        lines: expectedLines(text).length,
        longest: Math.max(0, ...expectedLines(text).map((line) => line.length)),
        nul: [...text].filter((each) => each === '\0').length,
        bareCr: [...text.matchAll(/\r(?!\n)/g)].length,
        bareLf: [...text.matchAll(/(?<!\r)\n/g)].length,
        eightBit: [...text].filter((each) => each > '\x7f').length,
      })
      for (const [i, line] of seen.entries()) assert.equal(line.at, seen[i - 1]?.next ?? 0)
    }),
    { numRuns: 500 },
  )
})

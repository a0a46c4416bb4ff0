import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as monsters from '../../../../tests/mail/monsters.ts'
import type { MimeLimits, MimePart, MimeScan } from './mime.ts'
import { scanMime } from './mime.ts'

const limits: MimeLimits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }

function scan(
  lines: readonly string[],
  given: MimeLimits = limits,
): { scan: MimeScan; outline: unknown; defects: string[] } {
  const bytes = Buffer.from(lines.join('\r\n'), 'latin1')
  const result = scanMime(bytes, given)
  const defects: string[] = []
  const outline = (part: MimePart): unknown => {
    defects.push(...part.defects)
    if (part.children.length > 0) return [part.type, ...part.children.map(outline)]
    return `${part.type}: ${bytes.toString('latin1', part.bodyStart, part.bodyEnd)}`
  }
  return { scan: result, outline: outline(result.root), defects }
}

const multipart = (boundary: string, type = 'mixed') => [
  `Content-Type: multipart/${type}; boundary="${boundary}"`,
  '',
]

test('a plain message is one part', () => {
  const { outline, defects, scan: result } = scan(['From: a@b', '', 'body', ''])
  assert.deepEqual([outline, defects], ['text/plain: body\r\n', []])
  assert.deepEqual(
    [result.parts, result.exceeded, result.root.encoding, result.root.fileName],
    [1, null, '7bit', null],
  )
})

test('the line end before a boundary is not part of the body, preamble and epilogue are of no part', () => {
  const { outline, defects } = scan([
    ...multipart('b'),
    'before',
    '--b',
    '',
    'one',
    '',
    '--b  ',
    'Content-Type: text/html',
    '',
    '--b--',
    'after',
    '',
  ])
  assert.deepEqual(outline, ['multipart/mixed', 'text/plain: one\r\n', 'text/html: '])
  assert.deepEqual(defects, [])
})

test('nesting, messages within, digests', () => {
  const { outline, defects } = scan([
    ...multipart('o'),
    '--o',
    ...multipart('i', 'alternative'),
    '--i',
    '',
    'text',
    '--i--',
    'between',
    '--o',
    'Content-Type: message/rfc822',
    '',
    'Subject: in',
    ...multipart('d', 'digest'),
    '--d',
    '',
    'Subject: digested',
    '',
    'hello',
    '--d--',
    '--o--',
  ])
  assert.deepEqual(outline, [
    'multipart/mixed',
    ['multipart/alternative', 'text/plain: text'],
    ['message/rfc822', ['multipart/digest', ['message/rfc822', 'text/plain: hello']]],
  ])
  assert.deepEqual(defects, [])
})

test('the boundary of a multipart around ends the ones within', () => {
  const { outline, defects } = scan([
    ...multipart('o'),
    '--o',
    ...multipart('i'),
    '--i',
    '',
    'one',
    '--o',
    '',
    'two',
    '--o--',
  ])
  assert.deepEqual(outline, ['multipart/mixed', ['multipart/mixed', 'text/plain: one'], 'text/plain: two'])
  assert.deepEqual(defects, ['no-end-boundary'])
})

test('a boundary within a header ends it', () => {
  const { outline, defects } = scan([
    ...multipart('b'),
    '--b',
    'Content-Type: text/html',
    '--b',
    'X: 1',
    '',
    'two',
    '--b--',
  ])
  assert.deepEqual(outline, ['multipart/mixed', 'text/html: ', 'text/plain: two'])
  assert.deepEqual(defects, ['no-empty-line'])
})

test('one boundary that begins like another is told from it', () => {
  const { outline, defects } = scan([
    ...multipart('ab'),
    '--ab',
    ...multipart('abc'),
    '--abc',
    '',
    'in',
    '--abc--',
    '--ab',
    '',
    'out',
    '--ab--',
  ])
  assert.deepEqual(outline, ['multipart/mixed', ['multipart/mixed', 'text/plain: in'], 'text/plain: out'])
  assert.deepEqual(defects, [])
})

test('a boundary used again belongs to the inner multipart until that has ended', () => {
  const { outline, defects } = scan([
    ...multipart('b'),
    '--b',
    ...multipart('b'),
    '--b',
    '',
    'in',
    '--b--',
    '--b',
    '',
    'out',
    '--b--',
  ])
  assert.deepEqual(outline, ['multipart/mixed', ['multipart/mixed', 'text/plain: in'], 'text/plain: out'])
  assert.deepEqual(defects, ['boundary-reused'])
})

const faults: [name: string, lines: string[], defect: string, outline: unknown][] = [
  [
    'no end',
    [...multipart('b'), '--b', '', 'one'],
    'no-end-boundary',
    ['multipart/mixed', 'text/plain: one'],
  ],
  ['never begun', [...multipart('b'), 'text'], 'boundary-not-found', 'multipart/mixed: text'],
  ['ended at once', [...multipart('b'), '--b--'], 'no-parts', 'multipart/mixed: --b--'],
  ['none given', ['Content-Type: multipart/mixed', '', 'text'], 'no-boundary', 'multipart/mixed: text'],
  ['empty', [...multipart(''), '--', 'text'], 'no-boundary', 'multipart/mixed: --\r\ntext'],
  [
    'too long',
    [...multipart('b'.repeat(71)), `--${'b'.repeat(71)}`, '', 'x', `--${'b'.repeat(71)}--`],
    'long-boundary',
    ['multipart/mixed', 'text/plain: x'],
  ],
  [
    'after the end',
    [...multipart('b'), '--b', '', 'one', '--b--', '--b', '', 'hidden'],
    'boundary-after-end',
    ['multipart/mixed', 'text/plain: one'],
  ],
  [
    'alike',
    [...multipart('b'), '--b', '', 'one', '--bx', 'y', '--b--'],
    'boundary-like-line',
    ['multipart/mixed', 'text/plain: one\r\n--bx\r\ny'],
  ],
  [
    'encoded multipart',
    ['Content-Transfer-Encoding: base64', ...multipart('b'), '--b', '', 'x', '--b--'],
    'encoded-multipart',
    ['multipart/mixed', 'text/plain: x'],
  ],
  [
    'encoded message',
    ['Content-Transfer-Encoding: base64', 'Content-Type: message/rfc822', '', 'QQ=='],
    'encoded-message',
    'message/rfc822: QQ==',
  ],
  ['unknown encoding', ['Content-Transfer-Encoding: rot13', '', 'x'], 'unknown-encoding', 'text/plain: x'],
  ['broken type', ['Content-Type: text', '', 'x'], 'broken-content-type', 'text/plain: x'],
  [
    'two types',
    ['Content-Type: text/html', 'Content-Type: text/plain', '', 'x'],
    'duplicate-content-type',
    'text/html: x',
  ],
  [
    'no field',
    ['Content-Type: text/html', 'oops', '', 'x'],
    'line-without-field-name',
    'text/html: oops\r\n\r\nx',
  ],
  ['header only', ['Content-Type: text/html'], 'no-empty-line', 'text/html: '],
]

for (const [name, lines, defect, expected] of faults) {
  test(`defect ${defect}: ${name}`, () => {
    const { outline, defects } = scan(lines)
    assert.deepEqual(outline, expected)
    assert.deepEqual(defects, [defect])
  })
}

test('names of files are decoded, from either field and form', () => {
  const name = (...fields: string[]) => scan([...fields, '', 'x']).scan.root.fileName
  assert.equal(
    name(
      'Content-Disposition: attachment; filename="=?utf-8?Q?=C3=A4.pdf?="',
      'Content-Type: a/b; name=other',
    ),
    'ä.pdf',
  )
  assert.equal(name("Content-Disposition: attachment; filename*=utf-8''%C3%A4.pdf"), 'ä.pdf')
  assert.equal(name('Content-Type: a/b; name="\xc3\xa4.pdf"'), 'ä.pdf')
  assert.equal(name('Content-Type: a/b'), null)
})

test('limits: what lies beyond is not in the tree, and that is said', () => {
  const deep = scanMime(monsters.deepMime(1000), limits)
  assert.deepEqual([deep.exceeded, deep.parts], ['mime-depth', 101])
  assert.equal(scanMime(monsters.deepMessages(1000), limits).exceeded, 'mime-depth')
  const many = scanMime(monsters.manyParts(100_000), limits)
  assert.deepEqual([many.exceeded, many.parts, many.root.children.length], ['mime-parts', 10_000, 9999])
  const long = scanMime(monsters.longHeaderLine(1 << 20), limits)
  assert.deepEqual(
    [long.exceeded, long.header.fields.length, long.lines.longest],
    ['header-size', 4, 1 << 20],
  )
  const header = scan(
    [...multipart('b'), '--b', 'Content-Type: text/html', `X: ${'y'.repeat(200)}`, '', 'text', '--b--'],
    { ...limits, maxHeaderBytes: 100 },
  )
  assert.deepEqual(
    [header.scan.exceeded, header.scan.parts, header.scan.root.children[0]?.type],
    ['header-size', 2, 'text/html'],
  )
})

test('limits: just within is within', () => {
  const exact = { maxDepth: 2, maxParts: 3, maxHeaderBytes: 100 }
  assert.equal(
    scan([...multipart('a'), '--a', ...multipart('b'), '--b', '', 'x', '--b--', '--a--'], exact).scan
      .exceeded,
    null,
  )
  assert.equal(
    scanMime(Buffer.from(`${'X'.repeat(49)}: ${'y'.repeat(45)}\r\n\r\n`), { ...exact, maxHeaderBytes: 100 })
      .exceeded,
    null,
  )
  assert.equal(
    scanMime(Buffer.from(`${'X'.repeat(49)}: ${'y'.repeat(46)}\r\n\r\n`), { ...exact, maxHeaderBytes: 100 })
      .exceeded,
    'header-size',
  )
})

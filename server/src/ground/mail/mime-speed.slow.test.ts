/** Measures what scanning costs; the figures appear with the tests, the bounds are far from them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainMessage } from '../../../../tests/mail/monsters.ts'
import { createMimeScanner, scanMime } from './mime.ts'

const limits = { maxDepth: 100, maxParts: 10_000, maxHeaderBytes: 512 << 10 }

test('a plain message of 10 KB with 20 header fields', (t) => {
  const fields = Array.from(
    { length: 18 },
    (_, i) => `X-Field-${i}: a value of the length that values usually have\r\n`,
  )
  const bytes = Buffer.concat([Buffer.from(fields.join('')), plainMessage(10_240 - fields.join('').length)])
  for (let i = 0; i < 3000; i++) scanMime(bytes, limits)
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 20; round++) {
    const started = performance.now()
    for (let i = 0; i < 500; i++) scanMime(bytes, limits)
    best = Math.min(best, (performance.now() - started) * 2)
  }
  t.diagnostic(`${bytes.length} bytes in ${best.toFixed(1)} microseconds`)
  // A busy machine takes several times as long; going over the bytes twice too often would take more.
  assert(best < 1000)
})

const bodies: [name: string, line: string][] = [
  ['base64', `${'QUJD'.repeat(19)}\r\n`],
  ['text', 'Words of an ordinary letter that fill one line after another.\r\n'],
  ['UTF-8', 'Привет, это обычная строка письма на русском языке.\r\n'],
]

for (const [name, line] of bodies) {
  test(`150 MB of ${name} in chunks of 256 KB`, (t) => {
    const chunk = Buffer.from(line.repeat(Math.ceil((256 << 10) / Buffer.byteLength(line))))
    const start =
      'Content-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\nContent-Type: application/octet-stream\r\n\r\n'
    const before = process.memoryUsage()
    const started = performance.now()
    const scanner = createMimeScanner(limits)
    scanner.write(Buffer.from(start))
    let size = 0
    for (; size < 150 << 20; size += chunk.length) scanner.write(chunk)
    scanner.write(Buffer.from('--part--\r\n'))
    const scan = scanner.end()
    const seconds = (performance.now() - started) / 1000
    const after = process.memoryUsage()
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
    t.diagnostic(`${(size / 1e6 / seconds).toFixed(0)} MB/s, memory grown by ${(grown / 1024).toFixed(0)} KB`)
    assert.deepEqual([scan.root.children.length, scan.root.defects], [1, []])
    assert(size / 1e6 / seconds > 15)
    assert(grown < 16 << 20)
  })
}

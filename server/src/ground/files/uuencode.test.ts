import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readUuencoded } from './uuencode.ts'

/** The reverse, as old programs write it. */
function uuencode(name: string, bytes: Uint8Array): string {
  const lines = [`begin 644 ${name}`]
  const letter = (value: number) => String.fromCharCode(value === 0 ? 96 : value + 32)
  for (let at = 0; at < bytes.length; at += 45) {
    const piece = bytes.subarray(at, at + 45)
    let line = letter(piece.length)
    for (let from = 0; from < piece.length; from += 3) {
      const [a = 0, b = 0, c = 0] = piece.subarray(from, from + 3)
      line +=
        letter(a >> 2) +
        letter(((a & 3) << 4) | (b >> 4)) +
        letter(((b & 15) << 2) | (c >> 6)) +
        letter(c & 63)
    }
    lines.push(line)
  }
  return [...lines, '`', 'end', ''].join('\n')
}

test('what was encoded comes back, wherever it stands in a text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.lorem(), (bytes, before) => {
      const [file] = readUuencoded(`${before}\n${uuencode('a.bin', bytes)}\nBye`)
      assert.equal(file?.name, 'a.bin')
      assert.deepEqual([...(file?.bytes ?? [])], [...bytes])
    }),
  )
})

test('any text is read without a fault, and sentences are no files', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) =>
      assert(Array.isArray(readUuencoded(`begin 644 a\n${text}`))),
    ),
  )
  assert.deepEqual(readUuencoded('begin 100 years ago\n\nWe met.'), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeQuotedPrintable } from './quoted-printable.ts'
import { createTransferDecoder } from './transfer-decoder.ts'

test('property: what is encoded is ASCII in short lines, and comes back as it was', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, '')),
    fc.constantFrom('\r\n', ' ', '\t', '=', '.', ' \r\n', '=\r\n', 'x'.repeat(80)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const encoded = encodeQuotedPrintable(text)
      for (const line of encoded.split('\r\n')) assert.match(line, /^[\x20-\x7e\t]{0,76}$/)
      assert.doesNotMatch(encoded, /[ \t]\r\n|[ \t]$/, 'blanks at the end of a line get lost on the way')
      const decoder = createTransferDecoder('quoted-printable', 1 << 20)
      decoder.write(Buffer.from(encoded))
      assert.equal(decoder.end().bytes.toString(), text)
    }),
    { numRuns: 1000 },
  )
})

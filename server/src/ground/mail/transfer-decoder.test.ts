import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createTransferDecoder } from './transfer-decoder.ts'

function decode(encoding: string, bytes: Buffer, capacity = 1 << 20, step = bytes.length || 1) {
  const decoder = createTransferDecoder(encoding, capacity)
  for (let at = 0; at < bytes.length; at += step) decoder.write(bytes.subarray(at, at + step))
  return decoder.end()
}

describe('undoing a transfer encoding', () => {
  test('base64 is what Node.js makes of it, however it is cut and folded', () => {
    const pieces = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 7 }))
    fc.assert(
      fc.property(pieces, ([bytes, step]) => {
        const encoded = Buffer.from(bytes)
          .toString('base64')
          .replace(/(.{20})/g, '$1\r\n')
        assert.deepEqual(decode('base64', Buffer.from(encoded), 1000, step).bytes, Buffer.from(bytes))
      }),
    )
  })

  test('odd letters in base64 are passed over, and it goes on after padding', () => {
    assert.equal(decode('base64', Buffer.from('aG*Vs\r\nbG8= d29ybGQ=')).bytes.toString(), 'helloworld')
  })

  test('quoted-printable: escapes, soft line breaks, and what is no escape stays', () => {
    const cases: [string, string][] = [
      ['a=3Db', 'a=b'],
      ['long=\r\nline', 'longline'],
      ['long=\nline', 'longline'],
      ['=c3=BC', '\u00fc'],
      ['50 =% =XY =4', '50 =% =XY =4'],
      ['==41', '=A'],
      ['end=', 'end'],
    ]
    for (const [given, expected] of cases)
      for (const step of [1, 2, 100])
        assert.equal(decode('quoted-printable', Buffer.from(given), 1000, step).bytes.toString(), expected)
  })

  test('what is beyond the capacity is counted, not held', () => {
    for (const [encoding, bytes] of [
      ['7bit', Buffer.alloc(5000, 'x')],
      ['base64', Buffer.from(Buffer.alloc(5000, 'x').toString('base64'))],
      ['quoted-printable', Buffer.from('=78'.repeat(5000))],
    ] as const) {
      const { bytes: held, size } = decode(encoding, bytes, 100, 64)
      assert.deepEqual([held.toString(), size], ['x'.repeat(100), 5000])
    }
  })

  test('never throws, and never makes more than it was given', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        fc.constantFrom('base64', 'quoted-printable', '8bit'),
        (bytes, encoding) => {
          assert.ok(decode(encoding, Buffer.from(bytes)).size <= bytes.length)
        },
      ),
    )
  })
})

test('the end of what is too long to hold is kept where it is asked for', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('base64', 'quoted-printable', '8bit'),
      fc.nat(100),
      fc.integer({ min: 1, max: 60 }),
      (data, encoding, capacity, tail) => {
        const bytes = Buffer.from(data)
        const encoded =
          encoding === 'base64'
            ? Buffer.from(bytes.toString('base64'))
            : encoding === '8bit'
              ? bytes
              : Buffer.from([...bytes].map((each) => `=${each.toString(16).padStart(2, '0')}`).join(''))
        const decoder = createTransferDecoder(encoding, capacity, tail)
        for (let at = 0; at < encoded.length; at += 7) decoder.write(encoded.subarray(at, at + 7))
        const made = decoder.end()
        const rest = bytes.length - Math.min(bytes.length, capacity)
        assert.deepEqual(made.bytes, bytes.subarray(0, capacity))
        assert.deepEqual(made.tail, bytes.subarray(bytes.length - Math.min(rest, tail)))
      },
    ),
  )
})

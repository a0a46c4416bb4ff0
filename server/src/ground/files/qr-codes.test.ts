import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { readImageSize } from './image-size.ts'
import { composePng } from './pdf-picture.ts'
import { pixelsToDecode, qrLimits, readQrCodes } from './qr-codes.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))

/** A grey PNG of the size given whose data is `data`. */
function greyPng(width: number, height: number, data: Buffer): Buffer {
  return composePng({ width, height, depth: 8, channels: 1 }, data)
}

for (const name of ['code.png', 'code.jpg', 'code.gif']) {
  test(`a code in ${name} is read`, async () => {
    assert((pixelsToDecode(fixture(name)) ?? 0) > 0)
    assert.deepEqual(await readQrCodes(fixture(name)), ['https://qr.example.net/login?id=7'])
  })
}

test('a picture without a code has none', async () => {
  assert.deepEqual(await readQrCodes(greyPng(40, 40, Buffer.alloc(41 * 40, 0xff))), [])
})

test('a picture of 30,000 by 30,000 pixels is not decoded, whatever it holds', () => {
  const before = process.memoryUsage().rss
  for (const bytes of [greyPng(30_000, 30_000, Buffer.alloc(1000)), hugeJpeg(), hugeGif()]) {
    const { width, height } = readImageSize(bytes)!
    assert.deepEqual([width, height, pixelsToDecode(bytes)], [30_000, 30_000, null])
  }
  assert(process.memoryUsage().rss - before < 16 << 20)
})

function hugeJpeg(): Buffer {
  const bytes = Buffer.alloc(64)
  Buffer.from('ffd8ffe00004aaaaffc0000b08', 'hex').copy(bytes)
  bytes.writeUInt16BE(30_000, 13)
  bytes.writeUInt16BE(30_000, 15)
  return bytes
}

function hugeGif(): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.write('GIF89a')
  bytes.writeUInt16LE(30_000, 6)
  bytes.writeUInt16LE(30_000, 8)
  return bytes
}

test('a small PNG that inflates to 100 MB is not decoded', () => {
  assert.equal(pixelsToDecode(greyPng(100, 100, Buffer.alloc(100 << 20))), null)
})

test('a JPEG with thousands of passes is not decoded', () => {
  const scans = Buffer.alloc(qrLimits.scans * 2 + 2, Buffer.from('ffda', 'hex'))
  assert.equal(pixelsToDecode(Buffer.concat([fixture('code.jpg'), scans])), null)
})

test('damaged pictures yield nothing or what is left, and the decoder goes on working', async () => {
  const originals = ['code.png', 'code.jpg', 'code.gif'].map(fixture)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (which, changes, share) => {
        const bytes = Buffer.from(originals[which]!)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const cut = bytes.subarray(0, Math.ceil(bytes.length * share))
        if (pixelsToDecode(cut) !== null) assert(Array.isArray(await readQrCodes(cut)))
      },
    ),
    { numRuns: 150 },
  )
  assert.equal((await readQrCodes(originals[0]!)).length, 1)
})

test('any bytes have a size or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8]), bytes])
      for (const each of [Buffer.from(bytes), jpeg]) assert.doesNotThrow(() => readImageSize(each))
    }),
  )
})

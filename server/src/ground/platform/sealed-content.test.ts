import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  ContentSealer,
  newDataKey,
  openChunks,
  openContent,
  sealContent,
  sealedSize,
} from './sealed-content.ts'

const key = newDataKey()
const piece = 64 << 10

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function opened(sealed: Buffer, size: number): Promise<Buffer> {
  const found: Buffer[] = []
  for await (const each of openChunks(inChunks(sealed, size), key)) found.push(each)
  return Buffer.concat(found)
}

describe('sealed content', () => {
  test('opens to what it was, whatever its size and however it comes', async () => {
    for (const size of [0, 1, piece - 1, piece, piece + 1, 3 * piece, 3 * piece + 7]) {
      const clear = randomBytes(size)
      const sealed = sealContent(key, clear)
      assert.equal(sealed.length, sealedSize(size))
      assert.deepEqual(openContent(key, sealed), clear)
      for (const chunk of [1000, piece, piece + 16, 200_000]) {
        const sealer = new ContentSealer(key)
        const parts: Buffer[] = []
        for await (const each of inChunks(clear, chunk)) parts.push(sealer.push(each))
        assert.deepEqual(Buffer.concat([...parts, sealer.end()]), sealed)
        assert.deepEqual(await opened(sealed, chunk), clear)
      }
    }
  })

  test('nothing of it can be read in what is sealed', () => {
    const sealed = sealContent(key, Buffer.from('Subject: the secret\r\n'.repeat(9000)))
    assert.equal(sealed.includes('secret'), false)
  })

  test('a changed byte, another key, a missing end and pieces that were moved are found', () => {
    const sealed = sealContent(key, randomBytes(2 * piece + 100))
    const whole = piece + 16
    const changed = Buffer.from(sealed)
    changed[whole + 5] = (changed[whole + 5] ?? 0) ^ 1
    const moved = Buffer.concat([
      sealed.subarray(whole, 2 * whole),
      sealed.subarray(0, whole),
      sealed.subarray(2 * whole),
    ])
    const ends = [0, 10, whole, 2 * whole, sealed.length - 1].map((end) => sealed.subarray(0, end))
    for (const each of [changed, moved, ...ends, Buffer.concat([sealed, sealed])])
      assert.throws(() => openContent(key, each))
    assert.throws(() => openContent(newDataKey(), sealed))
  })
})

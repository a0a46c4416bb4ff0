import { crc32 } from 'node:zlib'
import type { Unpacked } from './inflate.ts'
import { openArchive } from './libarchive.ts'

const lzma2 = 0x21
const longestRead = 16 << 20
/** Bytes behind a block that prove it, by kind. */
const checkSizes: Readonly<Record<number, number>> = { 1: 4, 4: 8, 10: 32 }

/** Where the packed bytes of an xz file lie, and how they are packed. */
interface Packed {
  readonly coder: Buffer
  readonly bytes: Buffer
  /** What they grow to. */
  readonly size: number
}

/**
 * Unpacks `most` bytes of an xz file. The library reads it only where an archive is within, so the packed bytes are
 * handed to it as the one file of a 7z archive, which packs in the same way. Of several blocks the first one is
 * unpacked. Null for what is packed by more than LZMA2.
 * @param rest gives other work its turn
 */
export async function unpackXz(
  bytes: Buffer,
  most: number,
  rest: () => Promise<void>,
): Promise<Unpacked | null> {
  const packed = readBlock(bytes)
  if (!packed) return null
  const archive = await openArchive(asSevenZip(packed))
  if (!archive?.next()) return null
  const pieces: Buffer[] = []
  let length = 0
  for (let piece = archive.read(); piece && length <= most; piece = archive.read()) {
    pieces.push(Buffer.from(piece))
    length += piece.length
    await rest()
  }
  const damaged = archive.failed
  archive.close()
  return {
    bytes: Buffer.concat(pieces).subarray(0, most),
    more: length > most || packed.size > length,
    damaged,
  }
}

/** The first block, with its size from the index at the end of the file. */
function readBlock(bytes: Buffer): Packed | null {
  if (bytes.length < 36) return null
  const header = (bytes[12]! + 1) * 4
  const flags = bytes[13]!
  const cursor = { at: 14 }
  if (flags & 0x40) readVint(bytes, cursor)
  const told = flags & 0x80 ? readVint(bytes, cursor) : null
  if ((flags & 3) !== 0 || readVint(bytes, cursor) !== lzma2 || readVint(bytes, cursor) !== 1) return null
  const coder = Buffer.from([0x21, lzma2, 1, bytes[cursor.at] ?? 0])
  const first = readIndex(bytes)
  const check = checkSizes[bytes[7]! & 15] ?? 0
  const packed = bytes.subarray(12 + header, first ? 12 + first.unpadded - check : bytes.length)
  return { coder, bytes: packed, size: first?.size ?? told ?? longestRead }
}

function readIndex(bytes: Buffer): { unpadded: number; size: number } | null {
  if (bytes.toString('latin1', bytes.length - 2) !== 'YZ') return null
  const length = (bytes.readUInt32LE(bytes.length - 8) + 1) * 4
  const cursor = { at: bytes.length - 12 - length }
  if (cursor.at < 24 || bytes[cursor.at++] !== 0 || readVint(bytes, cursor) < 1) return null
  return { unpadded: readVint(bytes, cursor), size: readVint(bytes, cursor) }
}

function readVint(bytes: Buffer, cursor: { at: number }): number {
  let value = 0
  for (let shift = 0; shift < 49; shift += 7) {
    const byte = bytes[cursor.at++] ?? 0
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  return value
}

/** A 7z archive with one file without a name. */
function asSevenZip({ coder, bytes, size }: Packed): Buffer {
  const next = Buffer.concat([
    Buffer.from([1, 4, 6, 0, 1, 9]),
    number(bytes.length),
    Buffer.from([0, 7, 0x0b, 1, 0, 1]),
    coder,
    Buffer.from([0x0c]),
    number(size),
    Buffer.from([0, 8, 0, 0, 5, 1, 0x11, 5, 0, 0x78, 0, 0, 0, 0, 0]),
  ])
  const start = Buffer.alloc(20)
  start.writeUInt32LE(bytes.length, 0)
  start.writeUInt32LE(next.length, 8)
  start.writeUInt32LE(crc32(next), 16)
  const head = Buffer.from('377abcaf271c0004' + '00000000', 'hex')
  head.writeUInt32LE(crc32(start), 8)
  return Buffer.concat([head, start, bytes, next])
}

/** All eight bytes, behind a first one that says so. */
function number(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xff)
  bytes.writeBigUInt64LE(BigInt(value), 1)
  return bytes
}

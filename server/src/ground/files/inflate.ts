import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'

/** How bytes are packed. */
export type Packing = 'deflate' | 'zlib' | 'gzip' | 'zstd'

export interface Unpacked {
  readonly bytes: Buffer
  /** There is more than was asked for. */
  readonly more: boolean
  /** The data ends early or is not of this packing; `bytes` is what came before. */
  readonly damaged: boolean
}

/** Up to this much is unpacked at once: at worst it makes 4 MiB, in a few milliseconds. */
const smallInput = 4096
const chunkSize = 64 << 10
const partial = { finishFlush: zlib.constants.Z_SYNC_FLUSH, chunkSize }

const small = {
  deflate: (bytes: Buffer, maxOutputLength: number) =>
    zlib.inflateRawSync(bytes, { ...partial, maxOutputLength }),
  zlib: (bytes: Buffer, maxOutputLength: number) => zlib.inflateSync(bytes, { ...partial, maxOutputLength }),
  gzip: (bytes: Buffer, maxOutputLength: number) => zlib.gunzipSync(bytes, { ...partial, maxOutputLength }),
} as const

const streams: Readonly<Record<Packing, () => Transform>> = {
  deflate: () => zlib.createInflateRaw(partial),
  zlib: () => zlib.createInflate(partial),
  gzip: () => zlib.createGunzip(partial),
  zstd: () => zlib.createZstdDecompress({ chunkSize }),
}

/** Unpacks `most` bytes and no more, whatever the data would grow to. Never fails. */
export async function unpack(bytes: Buffer, packing: Packing, most: number): Promise<Unpacked> {
  if (packing !== 'zstd' && bytes.length <= smallInput) {
    try {
      return { bytes: small[packing](bytes, Math.max(1, most)), more: false, damaged: false }
    } catch {
      // Too much, or damaged: the stream below keeps what came before.
      // Readers do not mind a wrong checksum, and so zlib data is read without it.
      if (packing === 'zlib') return unpack(bytes.subarray(2), 'deflate', most)
    }
  }
  const stream = streams[packing]()
  stream.end(bytes)
  return collect(stream, most)
}

/** What the beginning of deflated data makes, at once: at least enough to know its kind, at most 64 KiB. */
export function unpackHead(bytes: Buffer): Buffer {
  // Data grows to 1032 times its size at most, so 63 bytes never make too much.
  for (const length of [1024, 63]) {
    try {
      return zlib.inflateRawSync(bytes.subarray(0, length), headOptions)
    } catch {
      // Too much, or damaged, which fewer bytes may not be.
    }
  }
  return Buffer.alloc(0)
}

const headOptions = { ...partial, chunkSize: 4096, maxOutputLength: 64 << 10 }

/** Up to this much is kept in pieces and joined. */
const smallOutput = 1 << 20
const lent = new WeakSet<ArrayBufferLike>()
/** Large buffers are used again: new ones would pile up by the dozen before anything collects them. */
let spare: Buffer | null = null

function borrow(size: number): Buffer {
  const found = spare !== null && spare.length >= size ? spare : Buffer.allocUnsafeSlow(size)
  if (found === spare) spare = null
  lent.add(found.buffer)
  return found
}

/** Says that unpacked bytes are not looked at any more; nothing may keep a part of them. */
export function giveBack({ buffer }: Buffer): void {
  if (lent.delete(buffer)) spare = Buffer.from(buffer)
}

async function collect(stream: Transform, most: number): Promise<Unpacked> {
  const chunks: Buffer[] = []
  let large: Buffer | null = null
  let length = 0
  let damaged = false
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (!large && length + chunk.length <= smallOutput) chunks.push(chunk)
      else {
        large ??= fill(borrow(Math.max(most, smallOutput)), chunks)
        chunk.copy(large, length)
      }
      length += chunk.length
      if (length > most) break
    }
  } catch {
    damaged = true
  }
  const all = large ?? Buffer.concat(chunks)
  return { bytes: all.subarray(0, Math.min(length, most)), more: length > most, damaged }
}

function fill(buffer: Buffer, chunks: readonly Buffer[]): Buffer {
  let at = 0
  for (const chunk of chunks) at += chunk.copy(buffer, at)
  return buffer
}

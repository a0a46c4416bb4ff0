import type { Unpacked } from './inflate.ts'

/** Unpacks `most` bytes of an LZ4 file (frame format): blocks of letters and copies, bounded by what was made. */
export function unpackLz4(bytes: Buffer, most: number): Unpacked {
  const out = Buffer.allocUnsafe(Math.min(most, Math.max(64 << 10, bytes.length * 256)))
  const flags = bytes[4] ?? 0
  let at = 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0)
  let length = 0
  let damaged = true
  while (at + 4 <= bytes.length && length < out.length) {
    const size = bytes.readUInt32LE(at)
    if (size === 0) {
      damaged = false
      break
    }
    const block = bytes.subarray(at + 4, at + 4 + (size & 0x7fffffff))
    const end = size & 0x80000000 ? length + block.copy(out, length) : unpackBlock(block, out, length)
    if (end < 0) break
    length = end
    at += 4 + (size & 0x7fffffff) + (flags & 16 ? 4 : 0)
  }
  return {
    bytes: out.subarray(0, length),
    more: length >= out.length,
    damaged: damaged && length < out.length,
  }
}

/** Where the output ends afterwards; -1 for a copy from before its beginning. */
function unpackBlock(block: Buffer, out: Buffer, start: number): number {
  let length = start
  let at = 0
  const extended = (value: number) => {
    let sum = value
    if (value === 15) for (let byte = 255; byte === 255 && at < block.length; sum += byte) byte = block[at++]!
    return sum
  }
  while (at < block.length) {
    const token = block[at++]!
    const letters = extended(token >> 4)
    length += block.copy(out, length, at, at + letters)
    at += letters
    if (at + 2 > block.length || length >= out.length) break
    const distance = block.readUInt16LE(at)
    at += 2
    const end = Math.min(out.length, length + extended(token & 15) + 4)
    if (distance === 0 || distance > length) return -1
    while (length < end) out[length] = out[length++ - distance]!
  }
  return length
}

import { type ByteEdit, replaceBytes } from '#ground/mail/byte-edits.ts'
import { isBase64, type PartTail } from './part-tails.ts'

/** The end of a part, decoded, with the place in the message that each of its bytes came from. */
export interface DecodedTail {
  readonly bytes: Buffer
  /** Puts bytes before the decoded byte at `at` (or behind the last), in the encoding of the part. */
  readonly insert: (at: number, bytes: Buffer) => ByteEdit
}

/** Null: an encoding that is not written here, or bytes that are not of it. */
export function decodeTail(tail: PartTail): DecodedTail | null {
  switch (tail.part.encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return {
        bytes: tail.bytes,
        insert: (at, bytes) => replaceBytes(tail.start + at, tail.start + at, bytes),
      }
    case 'base64':
      return decodeBase64Tail(tail)
    case 'quoted-printable':
      return decodeQuotedTail(tail)
    default:
      return null
  }
}

/** Characters a line of base64 (RFC 2045, 6.8). */
const lineLength = 76
const space = 32

/**
 * Bytes can be put between quanta of four characters only: the quantum around the place is written anew, and where
 * more follows, blanks fill the new bytes up to whole quanta, so that what follows stays as it is.
 */
function decodeBase64Tail({ part, start, bytes, skipped }: PartTail): DecodedTail | null {
  const places: number[] = []
  let rest = (4 - (skipped % 4)) % 4
  let end = -1
  for (const [index, byte] of bytes.entries()) {
    if (!isBase64(byte)) {
      if (byte === 61 && end < 0) end = index
      continue
    }
    // Several pieces of base64 one after the other: programs differ in how they read that.
    if (end >= 0) return null
    if (rest > 0) rest -= 1
    else places.push(index)
  }
  const chars = places.map((each) => String.fromCharCode(bytes[each] ?? 0)).join('')
  const decoded = Buffer.from(chars, 'base64')
  const last = lastUsed(bytes) + 1
  // An equals sign behind whole quanta says nothing, and goes.
  const after = end >= 0 && places.length % 4 === 0 ? end : last
  return {
    bytes: decoded,
    insert(at, text) {
      const quantum = Math.floor(at / 3)
      const next = at % 3 === 0 ? quantum : quantum + 1
      const before = decoded.subarray(quantum * 3, at)
      const behind = decoded.subarray(at, next * 3)
      const isLast = next * 4 >= places.length
      const plain = Buffer.concat([before, text])
      const fill = isLast ? 0 : (3 - ((plain.length + behind.length) % 3)) % 3
      const whole = Buffer.concat([plain, Buffer.alloc(fill, space), behind])
      const from = places[quantum * 4] ?? after
      const to = isLast ? last : (places[next * 4] ?? after)
      const isAtLineStart = from === 0 ? start === part.bodyStart : bytes[from - 1] === 10
      const lines = whole.toString('base64').match(/.{1,76}/g) ?? []
      const encoded = `${isAtLineStart ? '' : '\r\n'}${lines.join('\r\n')}${isLast ? '' : '\r\n'}`
      return replaceBytes(start + from, start + to, Buffer.from(encoded))
    },
  }
}

function lastUsed(bytes: Buffer): number {
  let last = bytes.length - 1
  while (last >= 0 && (bytes[last] === 13 || bytes[last] === 10 || bytes[last] === space)) last -= 1
  return last
}

function decodeQuotedTail({ part, start, bytes }: PartTail): DecodedTail {
  // The beginning of a tail may lie within a line; what is before its first line end is not looked at.
  const first = start === part.bodyStart ? 0 : bytes.indexOf(10) + 1
  const decoded: number[] = []
  const places: number[] = []
  for (let at = first; at < bytes.length; ) {
    const [byte, length] = readQuoted(bytes, at)
    if (byte !== null) {
      decoded.push(byte)
      places.push(at)
    }
    at += length
  }
  return {
    bytes: Buffer.from(decoded),
    insert(at, text) {
      const from = places[at]
      const place = start + (from ?? bytes.length)
      const quoted = encodeQuoted(text)
      // Line ends that are written with an equals sign are none for who reads: they keep lines short on both sides.
      if (from !== undefined) return replaceBytes(place, place, Buffer.from(`=\r\n${quoted}=\r\n`))
      const open = bytes.at(-1) === 61 ? '\r\n' : ''
      return replaceBytes(place, place, Buffer.from(`${open}${quoted}`))
    },
  }
}

/** The byte that stands at a place, or null where it is a soft line end, and how many bytes it takes. */
function readQuoted(bytes: Buffer, at: number): readonly [number | null, number] {
  const byte = bytes[at] ?? 0
  if (byte !== 61) return [byte, 1]
  if (bytes[at + 1] === 10) return [null, 2]
  if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return [null, 3]
  const code = bytes.toString('latin1', at + 1, at + 3)
  if (/^[0-9A-Fa-f]{2}$/.test(code)) return [Number.parseInt(code, 16), 3]
  return at + 1 >= bytes.length ? [null, 1] : [byte, 1]
}

/** Lines of text in quoted-printable; line ends stay. */
function encodeQuoted(text: Buffer): string {
  let out = ''
  let width = 0
  for (const [index, byte] of text.entries()) {
    if (byte === 13 || byte === 10) {
      out += String.fromCharCode(byte)
      width = 0
      continue
    }
    const next = text[index + 1]
    const isBlankAtEnd = (byte === space || byte === 9) && (next === 13 || next === 10 || next === undefined)
    const isPlain = ((byte >= 33 && byte <= 126 && byte !== 61) || byte === space) && !isBlankAtEnd
    const piece = isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
    if (width + piece.length > lineLength - 1) {
      out += '=\r\n'
      width = 0
    }
    out += piece
    width += piece.length
  }
  return out
}

/** Kind and size of a picture, as its own header tells. */
export interface ImageSize {
  readonly kind: 'png' | 'jpeg' | 'gif' | 'bmp'
  readonly width: number
  readonly height: number
}

/** What a picture says of its size, without decoding it; null for what is no picture of a kind we read. */
export function readImageSize(bytes: Buffer): ImageSize | null {
  if (bytes.length < 26) return null
  if (bytes.readUInt32BE(0) === 0x89504e47 && bytes.readUInt32BE(12) === 0x49484452)
    return { kind: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpegSize(bytes)
  if (bytes.toString('latin1', 0, 4) === 'GIF8')
    return { kind: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  if (bytes[0] === 0x42 && bytes[1] === 0x4d)
    return { kind: 'bmp', width: Math.abs(bytes.readInt32LE(18)), height: Math.abs(bytes.readInt32LE(22)) }
  return null
}

/** Markers without a length: padding, restarts, start and end. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8)
}

/** Frame headers: C0 to CF but for the tables C4, C8 and CC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** Walks the segments up to the frame header; each step goes on by 2 bytes at least. */
function readJpegSize(bytes: Buffer): ImageSize | null {
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) at++
    else if (standsAlone(bytes[at + 1]!)) at += bytes[at + 1] === 0xff ? 1 : 2
    else if (isFrame(bytes[at + 1]!))
      return { kind: 'jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2))
  }
  return null
}

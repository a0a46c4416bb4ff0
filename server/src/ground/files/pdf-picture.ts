import { crc32, deflateSync } from 'node:zlib'
import { unpack } from './inflate.ts'
import { qrLimits } from './qr-codes.ts'

/**
 * The picture in a stream of a PDF, as a file of its own, so that codes in it can be read: a JPEG as it stands, packed
 * samples as a PNG. Null for pictures that are too large, and for kinds that hold no codes of ours to find.
 */
export async function pictureOf(
  dictionary: string,
  packed: Buffer,
  room: { pixels: number },
): Promise<Buffer | null> {
  const width = numberOf(dictionary, 'Width')
  const height = numberOf(dictionary, 'Height')
  if (width * height > Math.min(qrLimits.pixels, room.pixels) || Math.min(width, height) < qrLimits.side)
    return null
  room.pixels -= width * height
  if (/\/DCTDecode\b/.test(dictionary)) return packed
  if (!/\/(?:FlateDecode|Fl)\b/.test(dictionary)) return null
  const depth = /\/ImageMask\s{0,5}true/.test(dictionary) ? 1 : numberOf(dictionary, 'BitsPerComponent') || 8
  const predictor = numberOf(dictionary, 'Predictor')
  const made = await unpack(packed, 'zlib', (width * 4 + 1) * height + 1)
  const perRow = Math.floor(made.bytes.length / height) - (predictor >= 10 ? 1 : 0)
  const channels = Math.floor((perRow * 8) / (width * depth))
  if (made.more || (channels !== 1 && channels !== 3) || ![1, 2, 4, 8].includes(depth)) return null
  const rows =
    predictor >= 10 ? made.bytes : withFilters(stretch(made.bytes, depth, channels), perRow, height)
  return composePng({ width, height, depth, channels }, rows)
}

function numberOf(dictionary: string, name: string): number {
  return Number(new RegExp(`/${name}\\s{0,5}(\\d{1,5})\\b`).exec(dictionary)?.[1] ?? 0)
}

/** Samples that are numbers of a palette with few colours hardly differ as shades of grey; they are spread. */
function stretch(samples: Buffer, depth: number, channels: number): Buffer {
  if (depth !== 8 || channels !== 1) return samples
  let greatest = 0
  for (let at = 0; at < samples.length; at++) if (samples[at]! > greatest) greatest = samples[at]!
  if (greatest === 0 || greatest > 15) return samples
  const factor = Math.floor(255 / greatest)
  return samples.map((each) => each * factor) as Buffer
}

/** In a PNG a byte before each row tells how it is filtered: 0 for not at all. */
function withFilters(samples: Buffer, perRow: number, height: number): Buffer {
  const rows = Buffer.alloc((perRow + 1) * height)
  for (let row = 0; row < height; row++)
    samples.copy(rows, row * (perRow + 1) + 1, row * perRow, (row + 1) * perRow)
  return rows
}

interface PngShape {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly channels: number
}

/** A PNG of rows that carry their filter byte; grey for one channel, otherwise RGB. */
export function composePng({ width, height, depth, channels }: PngShape, rows: Buffer): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = depth
  head[9] = channels === 1 ? 0 : 2
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

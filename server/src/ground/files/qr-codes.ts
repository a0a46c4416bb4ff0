import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import { type ImageSize, readImageSize } from './image-size.ts'

/** Bounds of what is decoded to look for codes. A decoder takes about 30 ms for a million pixels of a photo. */
export const qrLimits = {
  /** Pixels of one picture. A code that fills a screen has 3 million. */
  pixels: 4_000_000,
  /** Smallest side; the smallest code has 21 modules. */
  side: 21,
  /** Codes read in one picture. */
  codes: 4,
  /** Passes over a progressive JPEG; programs make about ten. */
  scans: 60,
} as const

let ready: Promise<typeof import('zxing-wasm/reader')> | null = null

/** Loaded when the first picture comes: most mail brings none. */
function prepare(): Promise<typeof import('zxing-wasm/reader')> {
  ready ??= import('zxing-wasm/reader').then(async (reader) => {
    const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))
    const binary = new Uint8Array(wasm).buffer
    // Given, so that nothing is fetched.
    await reader.prepareZXingModule({ overrides: { wasmBinary: binary }, fireImmediately: true })
    return reader
  })
  return ready
}

/** Pixels that decoding would take; null where a picture is not decoded, for its kind, size or make. */
export function pixelsToDecode(bytes: Buffer): number | null {
  const size = readImageSize(bytes)
  if (!size) return null
  const { width, height } = size
  const pixels = width * height
  if (Math.min(width, height) < qrLimits.side || pixels > qrLimits.pixels) return null
  return isAsLargeAsItSays(bytes, size) ? pixels : null
}

/**
 * Texts of the QR codes in a PNG, JPEG, GIF or BMP. The caller asks `pixelsToDecode` first: a picture may say that it
 * is 30,000 pixels wide. Never fails: what cannot be decoded has no codes.
 */
export async function readQrCodes(bytes: Buffer): Promise<string[]> {
  let reader: Awaited<ReturnType<typeof prepare>> | null = null
  try {
    reader = await prepare()
    const found = await reader.readBarcodes(bytes, {
      formats: ['QRCode', 'MicroQRCode', 'RMQRCode'],
      maxNumberOfSymbols: qrLimits.codes,
    })
    return found.filter((each) => each.isValid).map((each) => each.text.slice(0, 4096))
  } catch {
    // A trap may leave the decoder in any state: the next picture gets a new one.
    reader?.purgeZXingModule()
    ready = null
    return []
  }
}

/** The decoder trusts the size that a picture gives; what inflates to more, or repeats for ever, is left alone. */
function isAsLargeAsItSays(bytes: Buffer, { kind, width, height }: ImageSize): boolean {
  if (kind === 'png') return inflatesWithin(bytes, (width * 8 + 8) * height * 2)
  return kind !== 'jpeg' || countScans(bytes) <= qrLimits.scans
}

function inflatesWithin(png: Buffer, most: number): boolean {
  const pieces: Buffer[] = []
  let at = 8
  while (at + 12 <= png.length) {
    const length = png.readUInt32BE(at)
    if (png.readUInt32BE(at + 4) === 0x49444154) pieces.push(png.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  try {
    inflateSync(Buffer.concat(pieces), { maxOutputLength: Math.max(most, 1024) })
    return true
  } catch (cause) {
    // Damaged or cut data inflates to no more than this gave; the decoder will say no by itself.
    return (cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE'
  }
}

function countScans(jpeg: Buffer): number {
  let count = 0
  for (let at = jpeg.indexOf('ffda', 0, 'hex'); at >= 0; at = jpeg.indexOf('ffda', at + 2, 'hex')) count++
  return count
}

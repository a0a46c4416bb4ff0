import type { Sketch } from './sketch.ts'

/**
 * What a tenant has taught: a small weight for each feature of its reports, added to what the model of all says.
 *
 * The file: a line of JSON, then four bytes of each feature in ascending order (little endian), then a byte of weight
 * for each (int8, in units of `scale`). 40 KiB at most.
 */
export interface Layer {
  readonly version: string
  /** Log odds to add: above 0 the tenant does not want such mail. */
  score(sketch: Sketch): number
}

interface Head {
  readonly format: 1
  readonly version: string
  readonly scale: number
  readonly features: number
}

export const mostFeatures = 8192
const smallestWeight = 1e-6

/** @throws Error where the file is no layer, or is torn */
export function readLayer(file: Buffer): Layer {
  const lineEnd = file.indexOf(10)
  if (lineEnd < 0) throw new Error('a layer begins with a line of JSON')
  const { format, version, scale, features } = JSON.parse(file.toString('utf8', 0, lineEnd)) as Head
  if (format !== 1 || typeof version !== 'string' || !Number.isFinite(scale))
    throw new Error('this is no layer that can be read')
  if (!Number.isInteger(features) || features < 0 || features > mostFeatures)
    throw new Error(`a layer has up to ${mostFeatures} features`)
  const start = lineEnd + 1
  if (file.length !== start + features * 5)
    throw new Error(`a layer of ${features} features has ${file.length} bytes`)
  const keys = Uint32Array.from({ length: features }, (_, i) => file.readUInt32LE(start + i * 4))
  if (keys.some((key, i) => i > 0 && key <= keys[i - 1]!))
    throw new Error('features of a layer are in ascending order')
  const weights = Int8Array.from({ length: features }, (_, i) => file.readInt8(start + features * 4 + i))
  return { version, score: (sketch) => scale * scoreOf(sketch, keys, weights) }
}

/** Both are in ascending order, and the sketch is the short one. */
function scoreOf(sketch: Sketch, keys: Uint32Array, weights: Int8Array): number {
  let sum = 0
  let from = 0
  for (const hash of sketch) {
    let end = keys.length
    while (from < end) {
      const middle = (from + end) >>> 1
      if (keys[middle]! < hash) from = middle + 1
      else end = middle
    }
    if (keys[from] === hash) sum += weights[from]!
  }
  return sketch.length === 0 ? 0 : sum / Math.sqrt(sketch.length)
}

/** Weights as they were learnt; the strongest are kept. */
export function writeLayer(version: string, weights: ReadonlyMap<number, number>): Buffer {
  const strongest = [...weights]
    .filter(([, weight]) => Math.abs(weight) > smallestWeight)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, mostFeatures)
  const scale = Math.abs(strongest[0]?.[1] ?? 0) / 127
  const kept = strongest
    .map(([feature, weight]) => [feature, Math.round(weight / scale)] as const)
    .filter(([, weight]) => weight !== 0)
    .sort(([a], [b]) => a - b)
  const head: Head = { format: 1, version, scale, features: kept.length }
  const body = Buffer.alloc(kept.length * 5)
  kept.forEach(([feature, weight], i) => {
    body.writeUInt32LE(feature, i * 4)
    body.writeInt8(weight, kept.length * 4 + i)
  })
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
}

import type { Features } from './features.ts'

/**
 * A model: a weight for each feature that it knows, and nothing for others.
 *
 * The file: a line of JSON, then for each feature in ascending order of its number four bytes of that number (little
 * endian), then a byte of weight for each (int8, in units of `scale`).
 */
export interface Model {
  readonly version: string
  readonly bias: number
  /** Log odds that a message with these features is spam. */
  score(features: Features): number
}

interface ModelHead {
  readonly format: 1
  readonly version: string
  readonly bias: number
  readonly scale: number
  readonly features: number
}

/** @throws Error where the file is no model, or is torn */
export function readModel(file: Buffer): Model {
  const lineEnd = file.indexOf(10)
  if (lineEnd < 0) throw new Error('a model begins with a line of JSON')
  const head = JSON.parse(file.toString('utf8', 0, lineEnd)) as ModelHead
  if (head.format !== 1) throw new Error(`a model of format ${head.format} cannot be read`)
  const count = head.features
  const start = lineEnd + 1
  if (file.length !== start + count * 5)
    throw new Error(`a model of ${count} features has ${file.length} bytes`)
  const table = new HashTable(count)
  for (let i = 0; i < count; i++)
    table.set(file.readUInt32LE(start + i * 4), file.readInt8(start + count * 4 + i))
  return {
    version: head.version,
    bias: head.bias,
    score({ hashes, values }) {
      let sum = 0
      for (let i = 0; i < hashes.length; i++) sum += table.get(hashes[i]!) * values[i]!
      return head.bias + sum * head.scale
    },
  }
}

/** Weights as `[feature, int8]`; those that are 0 are left out. */
export function writeModel(
  head: Omit<ModelHead, 'format' | 'features'>,
  weights: ReadonlyMap<number, number>,
): Buffer {
  const kept = [...weights].filter(([, weight]) => weight !== 0).sort(([a], [b]) => a - b)
  const line = Buffer.from(`${JSON.stringify({ format: 1, ...head, features: kept.length })}\n`)
  const body = Buffer.alloc(kept.length * 5)
  kept.forEach(([feature, weight], i) => {
    body.writeUInt32LE(feature, i * 4)
    body.writeInt8(weight, kept.length * 4 + i)
  })
  return Buffer.concat([line, body])
}

/** Open addressing over flat arrays: what a Map of this size takes would be ten times as much. */
class HashTable {
  readonly #keys: Uint32Array
  readonly #values: Int8Array
  readonly #mask: number

  constructor(count: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(count, 8) * 2))
    this.#keys = new Uint32Array(size)
    this.#values = new Int8Array(size)
    this.#mask = size - 1
  }

  set(key: number, value: number): void {
    let at = key & this.#mask
    while (this.#values[at] !== 0) at = (at + 1) & this.#mask
    this.#keys[at] = key
    this.#values[at] = value
  }

  get(key: number): number {
    for (let at = key & this.#mask; this.#values[at] !== 0; at = (at + 1) & this.#mask)
      if (this.#keys[at] === key) return this.#values[at]!
    return 0
  }
}

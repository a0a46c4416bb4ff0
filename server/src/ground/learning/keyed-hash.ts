import { createHmac } from 'node:crypto'

/** Two numbers that belong to this site: with them nobody outside can find words that share a hash. */
export type HashKey = readonly [number, number]

const prime = 0x01000193

/** The key of a site for what it learns, from a secret of it. */
export function learningKey(secret: string): HashKey {
  const bytes = createHmac('sha256', secret).update('what tenants teach').digest()
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)]
}

/** 32 bits of a text that say nothing about it without the key. */
export function keyedHash([first, second]: HashKey, ...texts: readonly string[]): number {
  let hash = first | 0
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
    hash = Math.imul(hash ^ 0x1f, prime)
  }
  return mix(hash, second)
}

/** 32 bits of two texts in their order, from their hashes. */
export function pairHash([first, second]: HashKey, one: number, other: number): number {
  return mix(Math.imul(one ^ first, prime) ^ other, second)
}

/** The last letters reach all bits. */
function mix(hash: number, key: number): number {
  hash = Math.imul(hash ^ (hash >>> 16) ^ key, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

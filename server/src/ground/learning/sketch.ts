/**
 * What is kept of a message to learn from: hashes of at most 96 of its features, ascending, each once. Words and
 * pairs of words are below 2^31, and of those the smallest are kept: the same words of all messages, so that two
 * sketches can be compared. Names (author, sites, list) are above.
 */
export type Sketch = Uint32Array

const mostWords = 80
const mostNames = 16
const names = 0x80000000

/** Makes a sketch of hashes of 32 bits. */
export function makeSketch(wordHashes: Iterable<number>, nameHashes: Iterable<number>): Sketch {
  const words = smallest(
    Uint32Array.from(wordHashes, (each) => each >>> 1),
    mostWords,
  )
  const named = smallest(
    Uint32Array.from(nameHashes, (each) => (each | names) >>> 0),
    mostNames,
  )
  const sketch = new Uint32Array(words.length + named.length)
  sketch.set(words)
  sketch.set(named, words.length)
  return sketch
}

function smallest(hashes: Uint32Array, most: number): Uint32Array {
  hashes.sort()
  let kept = 0
  for (let i = 0; i < hashes.length && kept < most; i++)
    if (kept === 0 || hashes[i] !== hashes[kept - 1]) hashes[kept++] = hashes[i]!
  return hashes.subarray(0, kept)
}

/** How much of their words two messages share, from 0 to 1, as far as sketches tell. */
export function likeness(one: Sketch, other: Sketch): number {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  // Beyond the last of a full sketch nothing is known of its message.
  const limit = Math.min(lastKnown(a), lastKnown(b))
  let [i, j, shared, all] = [0, 0, 0, 0]
  while ((a[i] ?? names) <= limit || (b[j] ?? names) <= limit) {
    const [x, y] = [a[i] ?? names, b[j] ?? names]
    if (x === y) shared++
    if (x <= y) i++
    if (y <= x) j++
    all++
  }
  return all === 0 ? 0 : shared / all
}

function wordsOf(sketch: Sketch): Uint32Array {
  let end = sketch.length
  while (end > 0 && sketch[end - 1]! >= names) end--
  return sketch.subarray(0, end)
}

function lastKnown(words: Uint32Array): number {
  return words.length < mostWords ? names - 1 : words[words.length - 1]!
}

export function sketchToText(sketch: Sketch): string {
  const bytes = Buffer.alloc(sketch.length * 4)
  sketch.forEach((hash, i) => {
    bytes.writeUInt32LE(hash, i * 4)
  })
  return bytes.toString('base64')
}

/** Null: the text is no sketch. */
export function sketchFromText(text: unknown): Sketch | null {
  if (typeof text !== 'string' || text.length > 4 * (mostWords + mostNames) * 1.34 + 4) return null
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0 || bytes.length % 4 !== 0 || bytes.length / 4 > mostWords + mostNames) return null
  const sketch = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4))
  return sketch.every((hash, i) => i === 0 || hash > sketch[i - 1]!) ? sketch : null
}

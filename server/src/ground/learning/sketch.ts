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
export function makeSketch(wordHashes: ArrayLike<number>, nameHashes: ArrayLike<number>): Sketch {
  const words = smallest(wordHashes, mostWords)
  const named = smallest(nameHashes, mostNames)
  const sketch = new Uint32Array(words.length + named.length)
  sketch.set(words)
  for (let i = 0; i < named.length; i++) sketch[words.length + i] = (named[i]! | names) >>> 0
  return sketch
}

/** The smallest of hashes without their last bit, each once, ascending. */
function smallest(hashes: ArrayLike<number>, most: number): Uint32Array {
  // Of many hashes, evenly spread, the smallest are nearly surely below this; sorting the others would be for nothing.
  const likely = ((3 * most) / Math.max(hashes.length, 1)) * 2 ** 32
  const few = distinctBelow(hashes, likely)
  const kept = few.length >= most || likely >= 2 ** 32 ? few : distinctBelow(hashes, 2 ** 32)
  return kept.subarray(0, most)
}

/** Loops as loops: this is done with every word of every message. */
function distinctBelow(hashes: ArrayLike<number>, limit: number): Uint32Array {
  const found = new Uint32Array(hashes.length)
  let count = 0
  for (let i = 0; i < hashes.length; i++) if (hashes[i]! < limit) found[count++] = hashes[i]! >>> 1
  const sorted = found.subarray(0, count).sort()
  let kept = 0
  for (let i = 0; i < count; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i]!
  return sorted.subarray(0, kept)
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

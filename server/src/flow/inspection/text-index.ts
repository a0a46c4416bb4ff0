/** Length of the piece of a text by which it is found. */
const piece = 4
const filterBits = 16
/** Pieces of a text, evenly over it, among which the rarest is looked for. */
const mostPieces = 24
/** Comparisons in one text: what goes on behind that was made to be slow, and is not searched. */
const mostCompared = 2_000_000

interface Entry {
  readonly id: number
  /** Where the piece stands in the text. */
  readonly offset: number
}

/**
 * Finds which of many texts stand in another, in one pass over that: at each place a piece of four letters is looked
 * up, and only texts that have it are compared. Of its pieces a text is kept under the one that fewest others have, so
 * that hardly anything is compared in vain, whatever the other text repeats.
 */
export class TextIndex {
  readonly #texts: readonly string[]
  readonly #entries = new Map<number, Entry[]>()
  /** Most pieces of a text are those of nothing that is looked for. */
  readonly #filter = new Uint8Array(1 << filterBits)
  readonly #short: number[] = []

  constructor(texts: readonly string[]) {
    this.#texts = texts
    const counts = new Map<number, number>()
    for (const text of texts)
      for (const offset of offsetsOf(text)) {
        const key = keyAt(text, offset)
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    for (const [id, text] of texts.entries()) this.#add(id, text, counts)
  }

  #add(id: number, text: string, counts: ReadonlyMap<number, number>): void {
    let rarest: { readonly key: number; readonly offset: number } | null = null
    for (const offset of offsetsOf(text)) {
      const key = keyAt(text, offset)
      if (rarest === null || counts.get(key)! < counts.get(rarest.key)!) rarest = { key, offset }
    }
    if (rarest === null) {
      this.#short.push(id)
      return
    }
    const { key, offset } = rarest
    const list = this.#entries.get(key)
    if (list) list.push({ id, offset })
    else this.#entries.set(key, [{ id, offset }])
    this.#filter[key & ((1 << filterBits) - 1)] = 1
  }

  /** Adds the numbers of the texts that stand in `text`. */
  findIn(text: string, found: Set<number>): void {
    for (const id of this.#short) if (!found.has(id) && text.includes(this.#texts[id]!)) found.add(id)
    let left = mostCompared
    for (let at = 0; at + piece <= text.length && left > 0; at++) {
      const key = keyAt(text, at)
      if (this.#filter[key & ((1 << filterBits) - 1)] === 0) continue
      const entries = this.#entries.get(key) ?? []
      left -= entries.length
      for (const { id, offset } of entries)
        if (at >= offset && !found.has(id) && text.startsWith(this.#texts[id]!, at - offset)) found.add(id)
    }
  }
}

/** Where the pieces of a text begin by which it could be found; none where it is shorter than a piece. */
function offsetsOf(text: string): number[] {
  const places = text.length - piece + 1
  const count = Math.max(0, Math.min(places, mostPieces))
  return Array.from({ length: count }, (_, i) => Math.floor((i * places) / count))
}

function keyAt(text: string, at: number): number {
  const first = Math.imul(text.charCodeAt(at), 0x9e3779b1) ^ Math.imul(text.charCodeAt(at + 1), 0x85ebca6b)
  const last = Math.imul(text.charCodeAt(at + 2), 0xc2b2ae35) ^ Math.imul(text.charCodeAt(at + 3), 0x27d4eb2f)
  const mixed = first ^ last
  return (mixed ^ (mixed >>> 15)) & 0x3fffffff
}

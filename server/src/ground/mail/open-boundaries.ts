import type { Line } from './line-meter.ts'

/** Something that is open and has a boundary; of two with the same boundary the inner one counts. */
interface Bounded<T> {
  boundary: string | null
  outer: T | undefined
}

/** Longest boundary that is followed; RFC 2046 ends at 70, a line at 998. */
const maxBoundary = 998
const dash = 45
/** A boundary line with the blanks that may stand behind it and its line end; a longer line is none. */
export const maxBoundaryLine = maxBoundary + 66

/** Entries of the table that most lines are told by; far more than boundaries can be open. */
const tableSize = 8192

/**
 * The boundaries that are open at a place in a message. A hash of the line and one look into a map answer for it,
 * however many are open: a message cannot make this slow by its boundaries.
 */
export class OpenBoundaries<T extends Bounded<T>> {
  readonly #byText = new Map<string, T>()
  /** How many open boundaries have a hash. Made with the first boundary: most messages have none. */
  #table: Uint16Array | null = null

  get size(): number {
    return this.#byText.size
  }

  get(boundary: string): T | undefined {
    return this.#byText.get(boundary)
  }

  add(boundary: string, owner: T): void {
    owner.boundary = boundary
    owner.outer = this.#byText.get(boundary)
    this.#byText.set(boundary, owner)
    this.#count(boundary, 1)
  }

  /** Gives the boundary back to whom it belonged before, if it is still this owner's. */
  giveBack(owner: T): void {
    if (owner.boundary === null || this.#byText.get(owner.boundary) !== owner) return
    if (owner.outer) this.#byText.set(owner.boundary, owner.outer)
    else this.#byText.delete(owner.boundary)
    this.#count(owner.boundary, -1)
  }

  /**
   * Whose boundary a line is, and whether it is the last one. The whole line must match: RFC 2046, 5.1.1 lets a
   * boundary be told by the beginning of a line, but then one that begins like another would end it too early.
   */
  find(line: Line): { owner: T; last: boolean } | null {
    const { bytes, start } = line
    if (this.#table === null || line.next - line.at > maxBoundaryLine) return null
    if (bytes[start] !== dash || bytes[start + 1] !== dash) return null
    let end = line.end
    while (bytes[end - 1] === 32 || bytes[end - 1] === 9) end--
    if (!this.#mayBeOpen(bytes, start + 2, end)) return null
    const text = bytes.toString('latin1', start + 2, end)
    const owner = this.#byText.get(text)
    if (owner) return { owner, last: false }
    const closed = text.endsWith('--') ? this.#byText.get(text.slice(0, -2)) : undefined
    return closed ? { owner: closed, last: true } : null
  }

  #mayBeOpen(bytes: Buffer, start: number, end: number): boolean {
    let hash = 0
    for (let i = start; i < end - 2; i++) hash = mix(hash, bytes[i]!)
    if (bytes[end - 1] === dash && bytes[end - 2] === dash && this.#table![hash & (tableSize - 1)]! > 0)
      return true
    for (let i = Math.max(start, end - 2); i < end; i++) hash = mix(hash, bytes[i]!)
    return this.#table![hash & (tableSize - 1)]! > 0
  }

  #count(boundary: string, by: number): void {
    this.#table ??= new Uint16Array(tableSize)
    let hash = 0
    for (let i = 0; i < boundary.length; i++) hash = mix(hash, boundary.charCodeAt(i))
    this.#table[hash & (tableSize - 1)]! += by
  }
}

/** Whether a line begins with two dashes and the boundary. */
export function beginsWithBoundary({ bytes, start, end }: Line, boundary: string): boolean {
  if (end - start < boundary.length + 2) return false
  for (let i = 0; i < boundary.length; i++) {
    if (bytes[start + 2 + i] !== boundary.charCodeAt(i)) return false
  }
  return true
}

/** Multiplies by an odd number and folds, so that the low bits depend on every byte before. */
function mix(hash: number, byte: number): number {
  const product = Math.imul(hash ^ byte, 0x5bd1e995)
  return product ^ (product >>> 15)
}

/**
 * The boundary parameter as bytes in latin1, or null where it cannot be one.
 * Blanks at its end are dropped: they cannot be told from blanks at the end of a line.
 */
export function readBoundary(parameter: string | undefined): string | null {
  const given = parameter ?? ''
  const bytes = /^[\x00-\xff]*$/.test(given) ? given : Buffer.from(given).toString('latin1')
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === ' ' || bytes[end - 1] === '\t')) end--
  return end > 0 && end <= maxBoundary ? bytes.slice(0, end) : null
}

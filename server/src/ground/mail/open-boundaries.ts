import type { Line } from './line-meter.ts'

/** Something that is open and has a boundary; of two with the same boundary the inner one counts. */
interface Bounded<T> {
  boundary: string | null
  outer: T | undefined
}

/** Longest boundary that is followed; RFC 2046 ends at 70, a line at 998. */
const maxBoundary = 998
/** A boundary line with the blanks that may stand behind it and its line end; a longer line is none. */
export const maxBoundaryLine = maxBoundary + 66

/**
 * The boundaries that are open at a place in a message. One look into a map answers for a line, however many are open,
 * and most lines that begin with two dashes are told by their length and third byte.
 */
export class OpenBoundaries<T extends Bounded<T>> {
  readonly #byText = new Map<string, T>()
  /** First bytes of boundaries seen so far, and the shortest of them. Neither shrinks again: they only save work. */
  readonly #firstBytes = new Uint8Array(256)
  #shortest = Number.POSITIVE_INFINITY

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
    this.#firstBytes[boundary.charCodeAt(0)] = 1
    this.#shortest = Math.min(this.#shortest, boundary.length)
  }

  /** Gives the boundary back to whom it belonged before, if it is still this owner's. */
  giveBack(owner: T): void {
    if (owner.boundary === null || this.#byText.get(owner.boundary) !== owner) return
    if (owner.outer) this.#byText.set(owner.boundary, owner.outer)
    else this.#byText.delete(owner.boundary)
  }

  /**
   * Whose boundary a line is, and whether it is the last one. The whole line must match: RFC 2046, 5.1.1 lets a
   * boundary be told by the beginning of a line, but then one that begins like another would end it too early.
   */
  find(line: Line): { owner: T; last: boolean } | null {
    const { bytes, start } = line
    if (line.next - line.at > maxBoundaryLine || !this.mayMatch(line)) return null
    let end = line.end
    while (bytes[end - 1] === 32 || bytes[end - 1] === 9) end--
    const text = bytes.toString('latin1', start + 2, end)
    const owner = this.#byText.get(text)
    if (owner) return { owner, last: false }
    const closed = text.endsWith('--') ? this.#byText.get(text.slice(0, -2)) : undefined
    return closed ? { owner: closed, last: true } : null
  }

  /** Whether the line may begin with a boundary, as far as its first bytes and its length tell. */
  mayMatch({ bytes, start, end }: Line): boolean {
    if (end - start < 2 + this.#shortest || bytes[start] !== 45 || bytes[start + 1] !== 45) return false
    return this.#firstBytes[bytes[start + 2]!] === 1
  }
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

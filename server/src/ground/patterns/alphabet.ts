import { type CharSet, lastCodePoint, newline, rangesOf, wordChars } from './char-set.ts'
import { PatternError } from './pattern-error.ts'

/** Letters times sets that a pattern may have. */
const mostCells = 1 << 22

/**
 * The letters of a pattern: code points that no set of it tells apart are one letter, so that a table of what follows
 * a state is short. Letters are numbered from 0.
 */
export class Alphabet {
  readonly size: number
  readonly #firsts: readonly number[]
  readonly #letters: readonly number[]
  readonly #pages: (Uint16Array | undefined)[] = []
  readonly #has: Uint8Array
  readonly #setCount: number
  readonly #newline: number
  readonly #word: number

  /** @throws PatternError where the sets have too many differences */
  constructor(sets: readonly CharSet[]) {
    const all = [...sets, newline, wordChars]
    const { firsts, letters, members } = partition(all)
    if (members.length * all.length > mostCells)
      throw new PatternError('the pattern tells too many different characters apart')
    this.size = members.length
    this.#firsts = firsts
    this.#letters = letters
    this.#setCount = all.length
    this.#newline = sets.length
    this.#word = sets.length + 1
    this.#has = new Uint8Array(members.length * all.length)
    for (const [letter, inSets] of members.entries())
      for (const set of inSets) this.#has[letter * all.length + set] = 1
  }

  /** The letter of a code point. */
  letterOf(code: number): number {
    if (code > 0xffff) return this.#find(code)
    const page = this.#pages[code >> 8] ?? this.#fillPage(code >> 8)
    return page[code & 0xff] as number
  }

  /** Whether a letter is in the set of this number. */
  has(letter: number, set: number): boolean {
    return this.#has[letter * this.#setCount + set] === 1
  }

  isNewline(letter: number): boolean {
    return this.has(letter, this.#newline)
  }

  isWord(letter: number): boolean {
    return this.has(letter, this.#word)
  }

  #fillPage(number: number): Uint16Array {
    const page = Uint16Array.from({ length: 256 }, (_, i) => this.#find((number << 8) + i))
    this.#pages[number] = page
    return page
  }

  #find(code: number): number {
    let [low, high] = [0, this.#firsts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#firsts[middle] as number) <= code) low = middle
      else high = middle - 1
    }
    return this.#letters[low] as number
  }
}

/** Cuts all code points at every edge of a set, and gives the pieces that lie in the same sets one letter. */
function partition(sets: readonly CharSet[]) {
  const edges = new Map<number, number[]>([[0, []]])
  for (const [number, set] of sets.entries()) {
    for (const [first, last] of rangesOf(set)) {
      for (const at of [first, last + 1]) {
        if (at > lastCodePoint) continue
        const here = edges.get(at)
        if (here) here.push(number)
        else edges.set(at, [number])
      }
    }
  }
  const firsts = [...edges.keys()].sort((a, b) => a - b)
  const letters: number[] = []
  const members: (readonly number[])[] = []
  const numbers = new Map<string, number>()
  const inside = new Set<number>()
  for (const first of firsts) {
    for (const set of edges.get(first) ?? []) if (!inside.delete(set)) inside.add(set)
    const key = [...inside].sort((a, b) => a - b).join()
    const letter = numbers.get(key) ?? members.push([...inside]) - 1
    numbers.set(key, letter)
    letters.push(letter)
  }
  return { firsts, letters, members }
}

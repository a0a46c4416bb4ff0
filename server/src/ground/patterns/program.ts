import type { CharSet } from './char-set.ts'
import { PatternError } from './pattern-error.ts'
import { type PatternTree, type Place, stepsOf } from './pattern-tree.ts'

/** Kinds of steps; numbers, since they are looked at for every character. */
export const step = { found: 0, char: 1, split: 2, place: 3 } as const

/**
 * A pattern as steps: `char` takes a character of a set and goes on with `next`; `split` goes on with `next` and with
 * `other`; `place` goes on where it may stand here; `found` ends the search.
 */
export interface Program {
  readonly kinds: Uint8Array
  readonly next: Int32Array
  readonly other: Int32Array
  /** For `char` the number of its set, for `place` the number of its place. */
  readonly what: Int32Array
  readonly start: number
  readonly sets: readonly CharSet[]
  readonly places: readonly Place[]
  /** It can begin at the beginning of the text only. */
  readonly isAnchored: boolean
}

/** Steps of a pattern that somebody wrote; a list of literal texts may have more. */
export const mostSteps = 20_000

/** Unfolds a tree into steps. @throws PatternError where that would be too many */
export function toProgram(tree: PatternTree, most = mostSteps): Program {
  const steps = stepsOf(tree)
  if (steps > most)
    throw new PatternError(
      `written out the pattern has ${steps} steps; ${most} are the most: use smaller numbers of copies`,
    )
  const writer = new ProgramWriter()
  return writer.finish(writer.write(tree, writer.found), beginsText(tree))
}

/** Written from the end to the beginning, so that each step knows what comes after it. */
class ProgramWriter {
  readonly #kinds: number[] = []
  readonly #next: number[] = []
  readonly #other: number[] = []
  readonly #what: number[] = []
  readonly #sets: CharSet[] = []
  readonly #setNumbers = new Map<string, number>()
  readonly #places: Place[] = []
  readonly found: number

  constructor() {
    this.found = this.#add(step.found, -1, -1, 0)
  }

  /** Writes a tree before the step `after`; answers its first step. */
  write(tree: PatternTree, after: number): number {
    switch (tree.kind) {
      case 'empty':
        return after
      case 'char':
        return this.#add(step.char, after, -1, this.#setNumber(tree.set))
      case 'place':
        return this.#add(step.place, after, -1, this.#placeNumber(tree.place))
      case 'sequence':
        return tree.parts.reduceRight((next, part) => this.write(part, next), after)
      case 'choice':
        return this.#choose(tree.parts.map((part) => this.write(part, after)))
      case 'repeat':
        return this.#repeat(tree, after)
    }
  }

  #choose(starts: readonly number[]): number {
    return starts.reduceRight((other, start) => this.#add(step.split, start, other, 0))
  }

  #repeat({ part, least, most }: PatternTree & { kind: 'repeat' }, after: number): number {
    let next = after
    if (most === Infinity) {
      const loop = this.#add(step.split, -1, after, 0)
      this.#next[loop] = this.write(part, loop)
      next = loop
    } else for (let i = least; i < most; i++) next = this.#add(step.split, this.write(part, next), after, 0)
    for (let i = 0; i < least; i++) next = this.write(part, next)
    return next
  }

  #setNumber(set: CharSet): number {
    const key = set.join()
    const known = this.#setNumbers.get(key)
    if (known !== undefined) return known
    this.#setNumbers.set(key, this.#sets.length)
    return this.#sets.push(set) - 1
  }

  #placeNumber(place: Place): number {
    const known = this.#places.indexOf(place)
    return known >= 0 ? known : this.#places.push(place) - 1
  }

  #add(kind: number, next: number, other: number, what: number): number {
    this.#next.push(next)
    this.#other.push(other)
    this.#what.push(what)
    return this.#kinds.push(kind) - 1
  }

  finish(start: number, isAnchored: boolean): Program {
    return {
      kinds: Uint8Array.from(this.#kinds),
      next: Int32Array.from(this.#next),
      other: Int32Array.from(this.#other),
      what: Int32Array.from(this.#what),
      start,
      sets: this.#sets,
      places: this.#places,
      isAnchored,
    }
  }
}

function beginsText(tree: PatternTree): boolean {
  switch (tree.kind) {
    case 'place':
      return tree.place === 'text-begin'
    case 'sequence':
      return tree.parts.length > 0 && beginsText(tree.parts[0] as PatternTree)
    case 'choice':
      return tree.parts.every(beginsText)
    case 'repeat':
      return tree.least > 0 && beginsText(tree.part)
    default:
      return false
  }
}

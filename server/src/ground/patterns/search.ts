import type { Alphabet } from './alphabet.ts'
import type { Place } from './pattern-tree.ts'
import { type Program, step } from './program.ts'

/** What stands on one side of a place in the text. */
const side = { edge: 0, newline: 1, word: 2, other: 3 } as const

/** How a search ended. `stopped`: its time was over, and nothing is known. */
export type SearchEnd = 'found' | 'absent' | 'stopped'

interface State {
  /** Steps that are waited in, each before it looks whether it may stand here. */
  readonly waiting: Int32Array
  /** What the character before was. */
  readonly before: number
  /** State behind each letter: its number, or one of the two below. */
  readonly behind: Int32Array
}

const unknown = -1
const found = -2
const nothing = -3

/** Work, in steps, between two looks at the clock: some hundred microseconds. */
const workPerLook = 20_000
/** Characters between two looks at the clock. */
const charsPerLook = 16_384

/** Memory of all searches of a thread together, in cells of four bytes. When it is used up, they all begin anew. */
export class SearchMemory {
  readonly #most: number
  #used = 0
  /** Grows when everything is to be forgotten. */
  generation = 0

  constructor(mostCells = 4 << 20) {
    this.#most = mostCells
  }

  /** Takes cells; says whether everybody has to forget first. */
  take(cells: number): void {
    this.#used += cells
    if (this.#used <= this.#most) return
    this.#used = cells
    this.generation += 1
  }
}

/**
 * Searches texts for a program: a deterministic automaton whose states are made when they are first met and kept for
 * the next text. Each character costs one look into a table, or at worst as much as the program has steps; nothing is
 * ever tried twice, whatever the text. A clock is looked at now and then, so a search can be stopped.
 */
export class Search {
  readonly #program: Program
  readonly #alphabet: Alphabet
  readonly #memory: SearchMemory
  readonly #needsSides: boolean
  #states: State[] = []
  #numbers = new Map<string, number>()
  #generation = 0
  readonly #stack: Int32Array
  readonly #seen: Int32Array
  #round = 0
  #work = 0

  constructor(program: Program, alphabet: Alphabet, memory: SearchMemory) {
    this.#program = program
    this.#alphabet = alphabet
    this.#memory = memory
    this.#needsSides = program.places.length > 0
    this.#stack = new Int32Array(2 * program.kinds.length + 2)
    this.#seen = new Int32Array(program.kinds.length)
  }

  /** @param isOver asked now and then; the search stops when it says so */
  run(text: string, isOver: () => boolean): SearchEnd {
    let state = this.#first()
    let look = charsPerLook
    const { length } = text
    for (let at = 0; at < length; at++) {
      let code = text.charCodeAt(at)
      if ((code & 0xfc00) === 0xd800 && at + 1 < length) {
        const low = text.charCodeAt(at + 1)
        if ((low & 0xfc00) === 0xdc00) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
          at += 1
        }
      }
      const letter = this.#alphabet.letterOf(code)
      const known = (this.#states[state] as State).behind[letter] as number
      const next = known === unknown ? this.#go(state, letter) : known
      if (next === found) return 'found'
      if (next === nothing) return 'absent'
      state = next
      if (at >= look || this.#work > workPerLook) {
        if (isOver()) return 'stopped'
        look = at + charsPerLook
        this.#work = 0
      }
    }
    return this.#endsHere(this.#states[state] as State) ? 'found' : 'absent'
  }

  #first(): number {
    if (this.#generation !== this.#memory.generation) this.#forget()
    return this.#numberOf(Int32Array.of(this.#program.start), side.edge)
  }

  #forget(): void {
    this.#states = []
    this.#numbers = new Map()
    this.#generation = this.#memory.generation
  }

  /** The state behind a letter, made where it is not there yet. */
  #go(from: number, letter: number): number {
    const state = this.#states[from] as State
    const { next, what, start, isAnchored } = this.#program
    const after = this.#sideOf(letter)
    const reached = this.#reach(state, after)
    let answer = found
    if (reached !== null) {
      const waiting = new Set<number>()
      for (const pc of reached)
        if (this.#alphabet.has(letter, what[pc] as number)) waiting.add(next[pc] as number)
      if (!isAnchored) waiting.add(start)
      if (waiting.size === 0) answer = nothing
      else {
        const generation = this.#memory.generation
        answer = this.#numberOf(Int32Array.from(waiting).sort(), after)
        // Everything was forgotten, this state too.
        if (generation !== this.#memory.generation) return answer
      }
    }
    state.behind[letter] = answer
    return answer
  }

  #sideOf(letter: number): number {
    if (!this.#needsSides) return side.other
    if (this.#alphabet.isNewline(letter)) return side.newline
    return this.#alphabet.isWord(letter) ? side.word : side.other
  }

  #endsHere(state: State): boolean {
    return this.#reach(state, side.edge) === null
  }

  /** Steps that wait for a character, from all that the state waits in; null: the end of the pattern is reached. */
  #reach({ waiting, before }: State, after: number): number[] | null {
    const { kinds, next, other, what, places } = this.#program
    const [stack, seen, round] = [this.#stack, this.#seen, ++this.#round]
    const reached: number[] = []
    let top = 0
    for (const pc of waiting) {
      if (seen[pc] !== round) stack[top++] = pc
      seen[pc] = round
    }
    while (top > 0) {
      const pc = stack[--top] as number
      this.#work += 1
      const kind = kinds[pc]
      if (kind === step.found) return null
      if (kind === step.char) {
        reached.push(pc)
        continue
      }
      if (kind === step.place && !mayStand(places[what[pc] as number] as Place, before, after)) continue
      top = push(stack, seen, round, top, next[pc] as number)
      if (kind === step.split) top = push(stack, seen, round, top, other[pc] as number)
    }
    return reached
  }

  #numberOf(waiting: Int32Array, before: number): number {
    const key = before + Buffer.from(waiting.buffer).toString('latin1')
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#memory.take(waiting.length * 2 + this.#alphabet.size + 32)
    if (this.#generation !== this.#memory.generation) this.#forget()
    this.#work += waiting.length + this.#alphabet.size
    const behind = new Int32Array(this.#alphabet.size).fill(unknown)
    const number = this.#states.push({ waiting, before, behind }) - 1
    this.#numbers.set(key, number)
    return number
  }
}

function push(stack: Int32Array, seen: Int32Array, round: number, top: number, pc: number): number {
  if (seen[pc] === round) return top
  seen[pc] = round
  stack[top] = pc
  return top + 1
}

function mayStand(place: Place, before: number, after: number): boolean {
  switch (place) {
    case 'text-begin':
      return before === side.edge
    case 'text-end':
      return after === side.edge
    case 'line-begin':
      return before === side.edge || before === side.newline
    case 'line-end':
      return after === side.edge || after === side.newline
    case 'word-edge':
      return (before === side.word) !== (after === side.word)
    case 'no-word-edge':
      return (before === side.word) === (after === side.word)
  }
}

/** Slots for each text, so that a look seldom meets another one. */
const slotsPerText = 4

/**
 * Numbers for the words and stems that phrases name; all other words have the number 0. A word is read once, letter by
 * letter: nothing is remembered of the words of messages, and no part of a word is made a text of its own.
 */
export class StemTable {
  readonly #words: TextTable
  readonly #stems: TextTable
  readonly #longest: number

  /** @param stems without their `*` */
  constructor(stems: ReadonlySet<string>, words: ReadonlySet<string>) {
    this.#stems = new TextTable([...stems], 1)
    this.#words = new TextTable([...words], 1 + stems.size)
    this.#longest = Math.max(this.#stems.longest, this.#words.longest)
  }

  /** The number of the longest stem that begins a word, else that of the word itself, else 0. */
  of(word: string): number {
    let hash = 0x811c9dc5
    let found = 0
    const end = Math.min(word.length, this.#longest)
    for (let length = 1; length <= end; length++) {
      hash = Math.imul(hash ^ word.charCodeAt(length - 1), 0x01000193)
      if (this.#stems.hasLength(length)) found = this.#stems.find(word, length, hash) || found
    }
    if (found !== 0 || word.length > end) return found
    return this.#words.find(word, word.length, hash)
  }

  /** The number of a stem. */
  ofStem(stem: string): number {
    return this.#stems.find(stem, stem.length, hashOf(stem))
  }
}

/** Texts by their hash, open addressing over flat arrays: small enough to stay near the processor. */
class TextTable {
  readonly longest: number
  readonly #texts: readonly string[]
  readonly #first: number
  readonly #slots: Uint16Array
  readonly #lengths: Uint8Array

  /** The texts are numbered from `first` on. */
  constructor(texts: readonly string[], first: number) {
    if (texts.length >= 2 ** 16) throw new RangeError('a table holds 65,535 texts at most')
    this.#texts = texts
    this.#first = first
    this.longest = Math.max(0, ...texts.map((each) => each.length))
    this.#lengths = new Uint8Array(this.longest + 1)
    this.#slots = new Uint16Array(2 ** Math.ceil(Math.log2(Math.max(8, texts.length * slotsPerText))))
    texts.forEach((text, i) => {
      this.#lengths[text.length] = 1
      let at = this.#home(hashOf(text))
      while (this.#slots[at] !== 0) at = (at + 1) & (this.#slots.length - 1)
      this.#slots[at] = i + 1
    })
  }

  hasLength(length: number): boolean {
    return this.#lengths[length] === 1
  }

  /** The number of the text that the first letters of a word are, whose hash is given; 0: there is none. */
  find(word: string, length: number, hash: number): number {
    for (let at = this.#home(hash); this.#slots[at] !== 0; at = (at + 1) & (this.#slots.length - 1)) {
      const index = this.#slots[at]! - 1
      const text = this.#texts[index]!
      if (text.length === length && word.startsWith(text)) return this.#first + index
    }
    return 0
  }

  #home(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#slots.length - 1)
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

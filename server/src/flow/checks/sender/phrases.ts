import { plainText } from '#ground/mail/look-alike.ts'

/** Words of a text, plain: letters and digits, no marks, lower case. */
export function wordsOf(text: string): string[] {
  return plainText(text).match(/[\p{L}\p{N}©]+/gu) ?? []
}

/** Where a phrase stands in a list of words. */
export interface Found<Value> {
  readonly value: Value
  readonly at: number
  readonly length: number
}

/** Phrases of one or more words, each with a value, found in time linear in the words looked at. */
export class Phrases<Value> {
  readonly #byFirst = new Map<string, { words: readonly string[]; value: Value }[]>()

  add(words: readonly string[], value: Value): void {
    const [first] = words
    if (first === undefined) return
    const known = this.#byFirst.get(first) ?? []
    known.push({ words, value })
    // The longest first: "bank of america" is not a bank of its own.
    known.sort((a, b) => b.words.length - a.words.length)
    this.#byFirst.set(first, known)
  }

  /** The longest phrase that begins at a word. */
  at(words: readonly string[], at: number): Found<Value> | null {
    for (const each of this.#byFirst.get(words[at] ?? '') ?? []) {
      if (each.words.every((word, i) => words[at + i] === word))
        return { value: each.value, at, length: each.words.length }
    }
    return null
  }

  /** Every phrase in a list of words, none within another. */
  *in(words: readonly string[]): Generator<Found<Value>> {
    for (let at = 0; at < words.length; ) {
      const found = this.at(words, at)
      if (found) yield found
      at += found?.length ?? 1
    }
  }

  /** Whether there is any. */
  isIn(words: readonly string[]): boolean {
    return !this.in(words).next().done
  }
}

/** Phrases that only have to be there. */
export function phraseSet(phrases: readonly string[]): Phrases<true> {
  const set = new Phrases<true>()
  for (const each of phrases) set.add(wordsOf(each), true)
  return set
}

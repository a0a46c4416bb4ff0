import { hashPiece } from './hash.ts'
import type { HashValues } from './hash-values.ts'

/** Lengths of the pieces, and how many words of a text are cut into them: the beginning says it. */
const lengths = [4, 5] as const
const mostWords = 700

/**
 * Pieces of words, with a mark where the word begins or ends: they know a word in forms that were never seen, in
 * languages that bend and join their words, and one that is misspelt on purpose.
 */
export function addGrams(found: HashValues, words: readonly string[]): void {
  for (const word of words.length > mostWords ? words.slice(0, mostWords) : words) {
    const marked = `_${word}_`
    for (const length of lengths)
      for (let at = 0; at + length <= marked.length; at++) found.set(hashPiece('g', marked, at, length), 1)
  }
}

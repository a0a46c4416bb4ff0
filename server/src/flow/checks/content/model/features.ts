import type { Reading } from '../reading.ts'
import { buildOf } from './build-features.ts'
import { hashText, hashWords } from './hash.ts'

/** What a model sees of a message: numbers of features, each once, and how much each counts. */
export interface Features {
  readonly hashes: Uint32Array
  readonly values: Float32Array
}

/** How much a feature of the subject, of the build and of subject matter counts, beside a word of the body. */
const subjectValue = 2
const buildValue = 0.14
/** A text of fewer words says less: as if words that say nothing filled it up. */
const fullText = 150
const longestWord = 24

/**
 * The features of a message. Words and pairs of words weigh less the more there are, so that a long message is not
 * surer for its length; names of hosts, addresses and programs, dates and figures are no features, because they
 * tell where a set of mail was collected and not what it is.
 */
export function featuresOf(reading: Reading): Features {
  const words = new Map<number, number>()
  addWords(words, 'w', reading.words, 1)
  addWords(words, 's', reading.subjectWords, subjectValue)
  let squares = 0
  for (const value of words.values()) squares += value * value
  const norm = 1 / Math.sqrt(Math.max(squares, fullText))
  const build = buildOf(reading)
  const hashes = new Uint32Array(words.size + build.length)
  const values = new Float32Array(hashes.length)
  let at = 0
  for (const [hash, value] of words) {
    hashes[at] = hash
    values[at++] = value * norm
  }
  for (const name of build) {
    hashes[at] = hashText(`x ${name}`)
    values[at++] = buildValue
  }
  return { hashes, values }
}

function addWords(found: Map<number, number>, kind: string, words: readonly string[], value: number): void {
  let before = '^'
  for (const word of words) {
    if (word.length <= longestWord) {
      found.set(hashWords(kind, word, ''), value)
      found.set(hashWords(kind, before, word), value)
    }
    before = word
  }
}

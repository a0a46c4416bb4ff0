import { findConcepts } from '../concepts/concepts.ts'
import type { Reading } from '../reading.ts'
import { buildOf } from './build-features.ts'
import { addGrams } from './grams.ts'
import { hashText, hashWords } from './hash.ts'
import { HashValues } from './hash-values.ts'

/** What a model sees of a message: numbers of features, each once, and how much each counts. */
export interface Features {
  readonly hashes: Uint32Array
  readonly values: Float32Array
}

/** How much a feature of the subject, of the build and of subject matter counts, beside a word of the body. */
const subjectValue = 2
const buildValue = 0.14
/** A text of fewer words says less: as if words that say nothing filled it up. */
const fullText = 60
/** How much concepts count beside words, how many of them make a full text, and how far a pair may be apart. */
const conceptValue = 1
const fullConcepts = 30
const nearWords = 15
/** How much pieces of words count, and how many of them make a full text. */
const gramValue = 0.6
const fullGrams = 250
const longestWord = 24

const words = new HashValues()
const grams = new HashValues()

/**
 * The features of a message. Words and pairs of words weigh less the more there are, so that a long message is not
 * surer for its length; names of hosts, addresses and programs, dates and figures are no features, because they
 * tell where a set of mail was collected and not what it is.
 */
export function featuresOf(reading: Reading): Features {
  words.clear()
  addWords(words, 'w', reading.words, 1)
  addWords(words, 's', reading.subjectWords, subjectValue)
  const norm = 1 / Math.sqrt(Math.max(words.squares(), fullText))
  grams.clear()
  addGrams(grams, reading.subjectWords)
  addGrams(grams, reading.words)
  const build = buildOf(reading)
  const concepts = conceptsOf(reading)
  const conceptNorm = conceptValue / Math.sqrt(Math.max(concepts.size, fullConcepts))
  const hashes = new Uint32Array(words.size + grams.size + build.length + concepts.size)
  const values = new Float32Array(hashes.length)
  let at = words.copyTo(hashes, values, 0, norm)
  at = grams.copyTo(hashes, values, at, gramValue / Math.sqrt(Math.max(grams.size, fullGrams)))
  for (const hash of concepts) {
    hashes[at] = hash
    values[at++] = conceptNorm
  }
  for (const name of build) {
    hashes[at] = hashText(`x ${name}`)
    values[at++] = buildValue
  }
  return { hashes, values }
}

/** Concepts, and which of them come soon after each other. */
function conceptsOf({ subjectWords, words }: Reading): Set<number> {
  // As signed numbers: those fit into small integers, and come out of the array of hashes as what they were.
  const found = new Set<number>()
  for (const text of [subjectWords, words]) {
    const mentions = findConcepts(text)
    mentions.forEach(({ concept, at }, i) => {
      found.add(hashWords('c', concept, '') | 0)
      for (let next = i + 1; next <= i + 3 && next < mentions.length; next++) {
        const other = mentions[next]!
        if (other.at - at > nearWords) break
        found.add(hashWords('c', concept, other.concept) | 0)
      }
    })
  }
  return found
}

function addWords(found: HashValues, kind: string, words: readonly string[], value: number): void {
  let before = '^'
  for (const word of words) {
    if (word.length <= longestWord) {
      found.set(hashWords(kind, word, ''), value)
      found.set(hashWords(kind, before, word), value)
    }
    before = word
  }
}

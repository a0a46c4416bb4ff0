import { findConcepts } from '../concepts/concepts.ts'
import type { Reading } from '../reading.ts'
import { hashWords } from './hash.ts'
import type { Model } from './model.ts'

const mostWords = 400
const mostNamed = 6

/** Words, and what they speak of, that speak most for unwanted mail by themselves: so people see what a model saw. */
export function strongestOf(reading: Reading, model: Model): Record<string, readonly string[]> {
  const { subjectWords, words, documentWords } = reading
  const read = [...subjectWords, ...words.slice(0, mostWords), ...documentWords.slice(0, mostWords)]
  const concepts = findConcepts(read).map((each) => each.concept)
  return {
    words: strongest(read, 'w', model),
    concepts: strongest(concepts, 'c', model),
  }
}

function strongest(names: readonly string[], kind: string, model: Model): string[] {
  return [...new Set(names)]
    .map((name) => ({ name, weight: weightOf(hashWords(kind, name, ''), model) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostNamed)
    .map((each) => each.name)
}

function weightOf(hash: number, model: Model): number {
  return model.score({ hashes: Uint32Array.of(hash), values: Float32Array.of(1) }) - model.bias
}

import { readWords } from '../text/words.ts'

/** The words of a phrase as the automaton takes them: read as texts are, a `*` at the end of a word kept. */
export function wordsOf(phrase: string): string[] {
  return phrase.split(' ').flatMap((each) => {
    const words = readWords(each.replace('*', '')).words
    return each.endsWith('*') ? words.map((word, i) => (i === words.length - 1 ? `${word}*` : word)) : words
  })
}

const mostWords = 24
const mostLetters = 32
/** More than this of a text is not looked at: a subject may be megabytes long. */
const mostText = 2000

/** Words of a text as they are compared: lower case, without accents, each once. */
export function wordsOf(text: string): string[] {
  const plain = text.slice(0, mostText).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((each) => each !== '')
  return [...new Set(words.map((each) => each.slice(0, mostLetters)))].slice(0, mostWords)
}

/** A word that is looked for. */
export interface Wanted {
  readonly word: string
  /** It may go on: `rech*` finds Rechnung. */
  readonly isBeginning: boolean
}

/** Words that somebody has typed: whole words, or with a star at the end beginnings of some. */
export function wantedOf(text: string): Wanted[] {
  return text
    .split(/\s+/)
    .flatMap((part) => {
      const words = wordsOf(part)
      return words.map((word, i) => ({ word, isBeginning: part.endsWith('*') && i === words.length - 1 }))
    })
    .slice(0, mostWords)
}

/** Whether each wanted word is one of a text. */
export function hasWords(text: string, wanted: readonly Wanted[]): boolean {
  const words = wordsOf(text)
  return wanted.every(({ word, isBeginning }) =>
    isBeginning ? words.some((each) => each.startsWith(word)) : words.includes(word),
  )
}

import type { Statements } from '../database/statements.ts'

/** Names the list of all terms of the index; for one connection alone, so it changes nothing of the file. */
export const vocabulary = 'CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, terms, instance)'

/** More words than these begin so: the beginning says too little to be looked up. */
const mostWords = 300
const beyondAll = '\u{10ffff}'

/**
 * Terms of the index that begin with a text, each found by one step into its order; null: more than can be asked for one
 * by one. Asking the index for a beginning itself would have it join all that is known of all of them first, which takes
 * seconds where that is most of all mail.
 */
export function termsBeginning(index: Statements, text: string): readonly string[] | null {
  const found: string[] = []
  for (let from = text; ; ) {
    const next = index.get<{ term: string }>(
      'SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? LIMIT 1',
      from,
      text + beyondAll,
    )?.term
    if (next === undefined) return found
    if (found.length === mostWords) return null
    found.push(next)
    from = `${next}\0`
  }
}

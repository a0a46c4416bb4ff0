/** Sentences that status pages offer for every incident; they tell nothing about this one. */
const boilerplate = [
  'this incident has been resolved',
  'a fix has been implemented and we are monitoring the results',
  'the issue has been identified and a fix is being implemented',
  'we are currently investigating this issue',
  'we are continuing to investigate this issue',
  'we are continuing to work on a fix for this issue',
  'we are continuing to monitor for any further issues',
  'the scheduled maintenance has been completed',
  'scheduled maintenance is currently in progress',
  'we will provide updates as necessary',
]

/** What is compared of a text: its words in threes, and its figures. */
export interface Likeness {
  readonly threes: ReadonlySet<string>
  readonly figures: ReadonlySet<string>
}

/** Spacing, case, punctuation, and mail addresses that a page has hidden, make no difference. */
export function likenessOf(texts: readonly string[]): Likeness {
  const threes = new Set<string>()
  const figures = new Set<string>()
  for (const text of texts) {
    const words = wordsOf(text)
    for (let at = 0; at + 2 < words.length; at++) threes.add(words.slice(at, at + 3).join(' '))
    for (const word of words) if (/\d/.test(word)) figures.add(word)
  }
  return { threes, figures }
}

/** Words in small letters. */
export function wordsOf(text: string): string[] {
  // A page that hides mail addresses leaves two words in their place.
  const bare = text
    .replaceAll('[email protected]', ' ')
    .split(/\s+/)
    .filter((word) => !word.includes('@'))
  let plain = (
    bare
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).join(' ')
  for (const each of boilerplate) plain = plain.replaceAll(each, ' ')
  return plain.split(/ +/).filter((each) => each !== '')
}

/** Share of the smaller text that the larger one holds, 0 to 1. */
export function shareWithin(one: Likeness, other: Likeness): number {
  const [small, large] = one.threes.size <= other.threes.size ? [one, other] : [other, one]
  if (small.threes.size === 0) return 0
  let both = 0
  for (const each of small.threes) if (large.threes.has(each)) both++
  return both / small.threes.size
}

/** True: one text has no figure that the other lacks. Two windows of maintenance differ in nothing else. */
export function figuresAgree(one: Likeness, other: Likeness): boolean {
  const [small, large] = one.figures.size <= other.figures.size ? [one, other] : [other, one]
  return [...small.figures].every((each) => large.figures.has(each))
}

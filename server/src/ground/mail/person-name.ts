import { skeletonOf } from './look-alike.ts'

const longest = 200
const mostWords = 6
const titles = new Set(
  'mr mrs ms miss dr prof professor sir dipl ing mag lic phd mba jr sr herr frau hr fr sig sra sr don dona m mme ii iii'
    .split(' ')
    .map(skeletonOf),
)

/**
 * The keys that a person's name is found by, whatever the order of its words, accents, titles and look-alike letters:
 * all its words; the first and the last; and the initial of the first with the last. None for a name of one word.
 */
export function personKeys(name: string): string[] {
  const words = wordsOf(inOrder(name))
  const full = words.filter((each) => each.length > 1)
  const [first = '', last = ''] = [full[0], full.at(-1)]
  if (full.length < 2 || words.length > mostWords) return []
  return [...new Set([keyOf(full), keyOf([first, last]), keyOf([first.slice(0, 1), last])])]
}

/** The keys under which a name that a message shows is looked for, the surest first. */
export function shownPersonKeys(name: string): { readonly key: string; readonly initial: boolean }[] {
  const bare = inOrder(
    name.slice(0, longest).split(/[|(<[]| - | \u2013 | \u2014 | @ | via | from /u, 1)[0] ?? '',
  )
  const words = wordsOf(bare)
  const full = words.filter((each) => each.length > 1)
  if (words.length < 2 || words.length > mostWords || full.length === 0) return []
  if (full.length === 1)
    return [{ key: keyOf([words.find((each) => each.length === 1) ?? '', full[0]!]), initial: true }]
  const keys = new Set([keyOf(full), keyOf([full[0]!, full.at(-1)!])])
  return [...keys].map((key) => ({ key, initial: false }))
}

/** "Smith, Jane" is "Jane Smith". */
function inOrder(name: string): string {
  const comma = name.indexOf(',')
  return comma < 0 ? name : `${name.slice(comma + 1)} ${name.slice(0, comma)}`
}

function wordsOf(name: string): string[] {
  return name
    .slice(0, longest)
    .split(/[^\p{L}\p{N}\p{M}\p{Cf}'\u2019]+/u)
    .map((each) => skeletonOf(each.replace(/['\u2019]/g, '')))
    .filter((each) => each !== '' && !titles.has(each))
}

function keyOf(words: readonly string[]): string {
  return [...words].sort().join(' ')
}

import { confusables } from './confusables.ts'

/** Longest text that is compared; what is longer is no name of anything. */
const longest = 200

const prototypes = new Map(
  Object.entries(confusables).flatMap(([to, from]) => [...from].map((each) => [each, to] as const)),
)

/** Characters without ink: zero width, soft hyphen, direction marks, variation selectors, tags. */
const inkless =
  /\u034f|[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\u{e0000}-\u{e0fff}]|[\u180b-\u180d]|[\ufe00-\ufe0f]/gu

/** A text in lower case without marks, widths and inkless characters: what its letters are. */
export function plainText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase()
  return text.replace(inkless, '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/**
 * What a text looks like: confusable characters of other scripts, digits for letters and pairs that run together are
 * taken for the ASCII letters that people see. Two texts with one skeleton can be taken for each other
 * (Unicode Technical Standard 39, reduced to ASCII and widened by what is done within ASCII).
 */
export function skeletonOf(text: string): string {
  const cut = text.slice(0, longest)
  const ascii = /^[\x20-\x7e]*$/.test(cut) ? cut : toAscii(cut)
  return ascii.toLowerCase().replace(/rn|vv|[01358!|$i@]/g, (seen) => lookLike[seen] ?? seen)
}

const lookLike: Readonly<Record<string, string>> = {
  rn: 'm',
  vv: 'w',
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '5': 's',
  '8': 'b',
  '!': 'l',
  '|': 'l',
  $: 's',
  i: 'l',
  '@': 'a',
}

function toAscii(text: string): string {
  let result = ''
  for (const each of text.replace(inkless, '')) {
    // The table first: lower case would make other shapes of some letters.
    result += each < '\x7f' ? each : (prototypes.get(each) ?? plainOf(each))
  }
  return result
}

function plainOf(letter: string): string {
  let result = ''
  for (const each of letter.normalize('NFKD'))
    if (!/\p{M}/u.test(each)) result += prototypes.get(each) ?? each
  return result
}

/**
 * How many letters have to be added, dropped, changed or swapped with their neighbour to make one text of the other;
 * `limit + 1` for more than `limit`. Time is the product of length and limit.
 */
export function editDistance(one: string, other: string, limit: number): number {
  const [a, b] = [one.slice(0, longest), other.slice(0, longest)]
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = new Array<number>(b.length + 1).fill(limit + 1)
    row[0] = i
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min(above[j - 1]! + (same ? 0 : 1), above[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + 1)
      row[j] = least
    }
    before = above
    above = row
  }
  return Math.min(above[b.length]!, limit + 1)
}

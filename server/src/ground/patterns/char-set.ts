/** Code points as sorted ranges that neither touch nor overlap: first, last, first, last, ... */
export type CharSet = readonly number[]

export const lastCodePoint = 0x10ffff

/** One code point. */
export function single(code: number): CharSet {
  return [code, code]
}

/** Puts ranges in order and joins those that touch. */
export function joinRanges(ranges: readonly (readonly [number, number])[]): CharSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const joined: number[] = []
  for (const [first, last] of sorted) {
    const end = joined.length - 1
    if (end > 0 && first <= (joined[end] ?? 0) + 1) joined[end] = Math.max(joined[end] ?? 0, last)
    else joined.push(first, last)
  }
  return joined
}

export function unite(sets: readonly CharSet[]): CharSet {
  return sets.length === 1 ? (sets[0] ?? []) : joinRanges(sets.flatMap((each) => [...rangesOf(each)]))
}

export function negate(set: CharSet): CharSet {
  const rest: number[] = []
  let next = 0
  for (const [first, last] of rangesOf(set)) {
    if (first > next) rest.push(next, first - 1)
    next = last + 1
  }
  if (next <= lastCodePoint) rest.push(next, lastCodePoint)
  return rest
}

export function* rangesOf(set: CharSet): Generator<readonly [number, number]> {
  for (let i = 0; i < set.length; i += 2) yield [set[i] as number, set[i + 1] as number]
}

export function contains(set: CharSet, code: number): boolean {
  let [low, high] = [0, set.length / 2 - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    if (code < (set[2 * middle] as number)) high = middle - 1
    else if (code > (set[2 * middle + 1] as number)) low = middle + 1
    else return true
  }
  return false
}

const range = (text: string): CharSet =>
  joinRanges(
    [...text.matchAll(/(.)-(.)|(.)/gsu)].map(([, from, to, one]) => [
      (from ?? one ?? '').codePointAt(0) ?? 0,
      (to ?? one ?? '').codePointAt(0) ?? 0,
    ]),
  )

export const digits = range('0-9')
export const wordChars = range('0-9A-Z_a-z')
export const blanks = range('\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff')
export const newline = single(10)

/** Names within `[[:name:]]`. */
export const posixSets: Readonly<Record<string, CharSet>> = {
  alnum: range('0-9A-Za-z'),
  alpha: range('A-Za-z'),
  ascii: range('\0-\x7f'),
  blank: range('\t '),
  cntrl: range('\0-\x1f\x7f'),
  digit: digits,
  graph: range('!-~'),
  lower: range('a-z'),
  print: range(' -~'),
  punct: range('!-/:-@[-`{-~'),
  space: range('\t-\r '),
  upper: range('A-Z'),
  word: wordChars,
  xdigit: range('0-9A-Fa-f'),
}

const properties = new Map<string, CharSet | null>()

/**
 * Code points with a Unicode property, such as `L`, `Lu`, `Greek` or `Script=Han`; null: there is none of that name.
 * Found by asking V8 about all code points at once, the first time that somebody names it.
 */
export function propertySet(name: string): CharSet | null {
  const known = properties.get(name)
  if (known !== undefined) return known
  const found = /^[A-Za-z_]+(?:=[A-Za-z_]+)?$/.test(name) ? askProperty(name) : null
  // Names come from tenants; what was asked must not pile up.
  if (properties.size >= 500) properties.clear()
  properties.set(name, found)
  return found
}

function askProperty(name: string): CharSet | null {
  const test = propertyTest(name) ?? propertyTest(`Script=${name}`)
  if (test === null) return null
  const ranges: [number, number][] = []
  for (let first = 0; first <= lastCodePoint; first += 0x1000) {
    const codes = Array.from({ length: 0x1000 }, (_, i) => first + i)
    const text = String.fromCodePoint(...codes)
    // Surrogates pair up in a text, so each of these is asked alone; none of them has a property worth a rule.
    if (first >= 0xd000 && first < 0xe000) {
      for (const code of codes) if (test(String.fromCodePoint(code))) ranges.push([code, code])
      continue
    }
    let code = first
    for (const char of text) {
      if (test(char)) ranges.push([code, code])
      code += 1
    }
  }
  return joinRanges(ranges)
}

function propertyTest(name: string): ((char: string) => boolean) | null {
  try {
    const pattern = new RegExp(`^\\p{${name}}$`, 'u')
    return (char) => pattern.test(char)
  } catch {
    return null
  }
}

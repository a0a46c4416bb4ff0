import {
  blanks,
  type CharSet,
  digits,
  lastCodePoint,
  negate,
  propertySet,
  single,
  wordChars,
} from './char-set.ts'
import { PatternError } from './pattern-error.ts'
import type { PatternText } from './pattern-text.ts'
import type { Place } from './pattern-tree.ts'

export type Escape =
  | { readonly kind: 'char'; readonly set: CharSet }
  | { readonly kind: 'place'; readonly place: Place }

const sets: Readonly<Record<string, CharSet>> = {
  d: digits,
  D: negate(digits),
  w: wordChars,
  W: negate(wordChars),
  s: blanks,
  S: negate(blanks),
  n: single(10),
  r: single(13),
  t: single(9),
  f: single(12),
  v: single(11),
  a: single(7),
  e: single(27),
}

const places: Readonly<Record<string, Place>> = {
  A: 'text-begin',
  z: 'text-end',
  b: 'word-edge',
  B: 'no-word-edge',
}

/** Reads what stands behind a backslash outside a class. @throws PatternError */
export function readEscape(text: PatternText): Escape {
  const place = Object.keys(places).find((letter) => text.take(letter))
  if (place !== undefined) return { kind: 'place', place: places[place] as Place }
  return { kind: 'char', set: readCharEscape(text) }
}

/** Reads an escape that stands for characters. @throws PatternError */
export function readCharEscape(text: PatternText): CharSet {
  const char = text.next()
  const known = sets[char]
  if (known) return known
  if (char === 'x' || char === 'u') return single(readHex(text, char))
  if (char === 'p' || char === 'P') return readProperty(text, char === 'P')
  if (char === '0') return single(Number.parseInt(`0${text.takeMatch(/[0-7]{1,2}/y)?.[0] ?? ''}`, 8))
  if (/[1-9]/.test(char) || char === 'k' || char === 'g')
    throw new PatternError(
      `\\${char} refers back to a group, which is not supported: it cannot be searched for in linear time`,
    )
  if (/[A-Za-z]/.test(char)) throw new PatternError(`\\${char} is not supported`)
  return single(char.codePointAt(0) ?? 0)
}

function readHex(text: PatternText, letter: string): number {
  const found =
    text.takeMatch(/\{([0-9A-Fa-f]{1,8})\}/y) ??
    text.takeMatch(letter === 'x' ? /([0-9A-Fa-f]{2})/y : /([0-9A-Fa-f]{4})/y)
  const code = Number.parseInt(found?.[1] ?? '', 16)
  if (!(code <= lastCodePoint))
    throw new PatternError(
      `\\${letter} wants ${letter === 'x' ? 'two' : 'four'} hexadecimal digits, or some in braces`,
    )
  return code
}

function readProperty(text: PatternText, isNegated: boolean): CharSet {
  const name = text.takeMatch(/\{(\^?)([A-Za-z_=]{1,60})\}/y) ?? text.takeMatch(/()([A-Z])/y)
  const set = name === null ? null : propertySet(name[2] ?? '')
  if (name === null || set === null)
    throw new PatternError(`there is no Unicode property ${name?.[2] ?? 'of that name'}`)
  return isNegated !== (name[1] === '^') ? negate(set) : set
}

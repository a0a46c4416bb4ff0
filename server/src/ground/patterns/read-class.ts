import { type CharSet, negate, posixSets, single, unite } from './char-set.ts'
import { foldSet } from './fold-case.ts'
import { PatternError } from './pattern-error.ts'
import type { PatternText } from './pattern-text.ts'
import { readCharEscape } from './read-escape.ts'

/** Reads a class of characters, `[a-z]`, behind its opening bracket. @throws PatternError */
export function readClass(text: PatternText, ignoreCase: boolean): CharSet {
  const isNegated = text.take('^')
  const sets: CharSet[] = []
  do {
    if (text.atEnd) throw new PatternError('a [ has no ]')
    sets.push(readItem(text))
  } while (!text.take(']'))
  const set = unite(sets)
  const folded = ignoreCase ? foldSet(set) : set
  return isNegated ? negate(folded) : folded
}

function readItem(text: PatternText): CharSet {
  const named = text.takeMatch(/\[:(\^?)([a-z]{1,12}):\]/y)
  if (named) return readNamed(named[2] ?? '', named[1] === '^')
  const from = readOne(text)
  // A hyphen before the closing bracket, or behind a set, is itself.
  if (from.length !== 2 || from[0] !== from[1] || text.takeMatch(/-(?=[^\]])/y) === null) return from
  const to = readOne(text)
  const [first, last] = [from[0] as number, to[0] as number]
  if (to.length !== 2 || to[0] !== to[1]) throw new PatternError('a range within [ ] ends with a set')
  if (last < first) throw new PatternError(`the range ${name(first)}-${name(last)} ends before it begins`)
  return [first, last]
}

function readNamed(word: string, isNegated: boolean): CharSet {
  const set = posixSets[word]
  if (!set) throw new PatternError(`there is no class [:${word}:]`)
  return isNegated ? negate(set) : set
}

function readOne(text: PatternText): CharSet {
  const char = text.next()
  if (char !== '\\') return single(char.codePointAt(0) ?? 0)
  return text.take('b') ? single(8) : readCharEscape(text)
}

const name = (code: number) => String.fromCodePoint(code)

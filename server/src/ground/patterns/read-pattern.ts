import { type CharSet, lastCodePoint, negate, newline, single } from './char-set.ts'
import { foldSet } from './fold-case.ts'
import { PatternError } from './pattern-error.ts'
import { PatternText } from './pattern-text.ts'
import { choice, type PatternTree, sequence } from './pattern-tree.ts'
import { readClass } from './read-class.ts'
import { readEscape } from './read-escape.ts'

interface Flags {
  readonly ignoreCase: boolean
  readonly lines: boolean
  readonly dotAll: boolean
}

/** Groups within groups. */
const deepest = 200
/** Most copies that a written number may ask for. */
const mostCopies = 1000

/**
 * Reads a regular expression: what can be searched for in linear time (RE2's language, in the main).
 * @throws PatternError that says what is wrong or not supported
 */
export function readPattern(source: string, options: { readonly ignoreCase?: boolean } = {}): PatternTree {
  const text = new PatternText(source)
  const flags = { ignoreCase: options.ignoreCase ?? false, lines: false, dotAll: false }
  const tree = new PatternReader(text).choices(flags, 0)
  if (!text.atEnd) throw new PatternError('a ) stands without its (')
  return tree
}

class PatternReader {
  readonly #text: PatternText

  constructor(text: PatternText) {
    this.#text = text
  }

  /** Alternatives up to the end or the closing parenthesis. */
  choices(given: Flags, depth: number): PatternTree {
    if (depth > deepest) throw new PatternError(`groups are nested more than ${deepest} deep`)
    const parts: PatternTree[] = []
    let flags = given
    do {
      const items: PatternTree[] = []
      while (!this.#text.atEnd && !this.#text.sees('|') && !this.#text.sees(')')) {
        // (?i) without a colon holds up to the end of its group, alternatives included.
        const changed = this.#flagsAlone(flags)
        if (changed) flags = changed
        else items.push(this.#repeated(flags, depth))
      }
      parts.push(sequence(items))
    } while (this.#text.take('|'))
    return choice(parts)
  }

  #flagsAlone(flags: Flags): Flags | null {
    const letters = this.#text.takeMatch(/\(\?([a-zA-Z-]*)\)/y)
    return letters === null ? null : withFlags(flags, letters[1] ?? '')
  }

  #repeated(flags: Flags, depth: number): PatternTree {
    const part = this.#atom(flags, depth)
    const counts = this.#counts()
    if (counts === null) return part
    const [least, most] = counts
    // Whether it would rather take more or less decides what a group holds, not whether the pattern is found.
    if (!this.#text.take('?') && this.#text.sees('+'))
      throw new PatternError('possessive repetition (such as a*+) is not supported')
    if (this.#text.sees('*') || this.#text.sees('+') || this.#text.sees('?') || this.#counts() !== null)
      throw new PatternError('a repetition stands behind another one')
    return { kind: 'repeat', part, least, most }
  }

  #counts(): readonly [number, number] | null {
    if (this.#text.take('*')) return [0, Infinity]
    if (this.#text.take('+')) return [1, Infinity]
    if (this.#text.take('?')) return [0, 1]
    const found = this.#text.takeMatch(/\{(\d{1,9})(?:(,)(\d{0,9}))?\}/y)
    if (found === null) return null
    const least = Number(found[1])
    const most = found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3])
    if (most < least) throw new PatternError(`in ${found[0]} the second number is the smaller one`)
    if (Math.max(least, most === Infinity ? 0 : most) > mostCopies)
      throw new PatternError(`${found[0]} asks for more than ${mostCopies} copies`)
    return [least, most]
  }

  #atom(flags: Flags, depth: number): PatternTree {
    const char = this.#text.next()
    switch (char) {
      case '(':
        return this.#group(flags, depth)
      case '[':
        return charTree(readClass(this.#text, flags.ignoreCase))
      case '.':
        return charTree(flags.dotAll ? [0, lastCodePoint] : negate(newline))
      case '^':
        return { kind: 'place', place: flags.lines ? 'line-begin' : 'text-begin' }
      case '$':
        return { kind: 'place', place: flags.lines ? 'line-end' : 'text-end' }
      case '\\':
        return this.#escaped(flags)
      case '*':
      case '+':
      case '?':
        throw new PatternError(`${char} has nothing before it to repeat`)
      default:
        return literal(char, flags)
    }
  }

  #escaped(flags: Flags): PatternTree {
    if (this.#text.take('Q'))
      return sequence([...this.#text.takeUntil('\\E')].map((each) => literal(each, flags)))
    const found = readEscape(this.#text)
    if (found.kind === 'place') return found
    return charTree(flags.ignoreCase ? foldSet(found.set) : found.set)
  }

  #group(flags: Flags, depth: number): PatternTree {
    const inner = this.#text.take('?') ? this.#question(flags) : flags
    const tree = this.choices(inner, depth + 1)
    if (!this.#text.take(')')) throw new PatternError('a ( has no )')
    return tree
  }

  /** What stands behind `(?`: flags, a name, or what cannot be done. */
  #question(flags: Flags): Flags {
    if (this.#text.takeMatch(/P?<[A-Za-z_]\w*>/y)) return flags
    for (const [begins, what] of unsupportedGroups) if (this.#text.sees(begins)) throw new PatternError(what)
    const found = this.#text.takeMatch(/([a-zA-Z-]*):/y)
    if (found === null) throw new PatternError('what stands behind (? is not known')
    return withFlags(flags, found[1] ?? '')
  }
}

const unsupportedGroups: readonly (readonly [string, string])[] = [
  ['=', 'looking ahead, (?=...), is not supported: it cannot be searched for in linear time'],
  ['!', 'looking ahead, (?!...), is not supported: it cannot be searched for in linear time'],
  ['<=', 'looking behind, (?<=...), is not supported: it cannot be searched for in linear time'],
  ['<!', 'looking behind, (?<!...), is not supported: it cannot be searched for in linear time'],
  ['>', 'atomic groups, (?>...), are not supported'],
  ['P=', 'references back to a group are not supported: they cannot be searched for in linear time'],
  ['(', 'conditions, (?(...)...), are not supported'],
  ['R', 'recursion is not supported: it cannot be searched for in linear time'],
  ['&', 'recursion is not supported: it cannot be searched for in linear time'],
  ['P>', 'recursion is not supported: it cannot be searched for in linear time'],
  ['#', 'comments, (?#...), are not supported'],
]

function withFlags(flags: Flags, letters: string): Flags {
  const changed = { ...flags }
  let on = true
  for (const letter of letters) {
    if (letter === '-' && on) on = false
    else if (letter === 'i') changed.ignoreCase = on
    else if (letter === 'm') changed.lines = on
    else if (letter === 's') changed.dotAll = on
    else if (letter !== 'U') throw new PatternError(`there is no flag ${letter}; there are i, m, s and U`)
  }
  return changed
}

function literal(char: string, flags: Flags): PatternTree {
  const set = single(char.codePointAt(0) ?? 0)
  return charTree(flags.ignoreCase ? foldSet(set) : set)
}

function charTree(set: CharSet): PatternTree {
  return { kind: 'char', set }
}

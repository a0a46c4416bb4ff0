import { Alphabet } from './alphabet.ts'
import { literalsTree, stepsOfLiterals } from './literals.ts'
import { neededTexts } from './needed-text.ts'
import { PatternError } from './pattern-error.ts'
import type { PatternTree } from './pattern-tree.ts'
import { mostSteps, toProgram } from './program.ts'
import { readPattern } from './read-pattern.ts'
import { Search, type SearchEnd, type SearchMemory } from './search.ts'

/** Longest source of a pattern, in UTF-16 units. */
export const longestPattern = 16_384

/** A text to search in, and the same in small letters, made when first asked for. */
export class SearchedText {
  readonly text: string
  #small: string | null = null

  constructor(text: string) {
    this.text = text
  }

  get small(): string {
    this.#small ??= this.text.toLowerCase()
    return this.#small
  }
}

/** Something to look for in texts, ready to be used many times. */
export class Pattern {
  readonly #needed: readonly string[]
  readonly #search: Search

  constructor(tree: PatternTree, memory: SearchMemory, most = mostSteps) {
    const program = toProgram(tree, most)
    this.#needed = neededTexts(tree)
    this.#search = new Search(program, new Alphabet(program.sets), memory)
  }

  /**
   * Whether it is found in a text, in time that grows with the length of the text and no faster.
   * @param isOver asked now and then whether its time is over; the search stops when it is
   */
  find(searched: SearchedText, isOver: () => boolean): SearchEnd {
    if (!this.#needed.every((each) => searched.small.includes(each))) return 'absent'
    return this.#search.run(searched.text, isOver)
  }
}

/** Makes a pattern of a regular expression. @throws PatternError that says why it cannot be taken */
export function compilePattern(
  source: string,
  memory: SearchMemory,
  options: { readonly ignoreCase?: boolean } = {},
): Pattern {
  if (source.length > longestPattern)
    throw new PatternError(`the pattern has ${source.length} characters; ${longestPattern} are the most`)
  return new Pattern(readPattern(source, options), memory)
}

/** Makes one pattern of many literal texts, found whatever their case. @throws PatternError where they are too many */
export function compileLiterals(texts: readonly string[], memory: SearchMemory): Pattern {
  return new Pattern(literalsTree(texts), memory, stepsOfLiterals)
}

import { PatternError } from './pattern-error.ts'

/** The source of a pattern and how far it has been read; by code points. */
export class PatternText {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  get atEnd(): boolean {
    return this.#at >= this.#source.length
  }

  sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at)
  }

  take(text: string): boolean {
    if (!this.sees(text)) return false
    this.#at += text.length
    return true
  }

  /** Takes what a sticky expression matches here. */
  takeMatch(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found) this.#at += found[0].length
    return found
  }

  /** @throws PatternError at the end */
  next(): string {
    const code = this.#source.codePointAt(this.#at)
    if (code === undefined) throw new PatternError('the pattern ends in the middle')
    const char = String.fromCodePoint(code)
    this.#at += char.length
    return char
  }

  /** Takes all up to a mark and the mark itself; to the end where it is missing. */
  takeUntil(mark: string): string {
    const end = this.#source.indexOf(mark, this.#at)
    const taken = this.#source.slice(this.#at, end < 0 ? undefined : end)
    this.#at = end < 0 ? this.#source.length : end + mark.length
    return taken
  }
}

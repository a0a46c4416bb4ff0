import { isBlank, skipBlanks, trimBlanks } from './blanks.ts'
import { joinContinuations } from './parameter-continuations.ts'

export type ParameterDefect =
  /** A parameter without an equals sign or without a name. */
  | 'broken-parameter'
  /** A quoted string that is never closed. */
  | 'open-quote'
  /** One parameter given twice; the first one counts, but receivers differ. */
  | 'duplicate-parameter'
  /** More parameters than are read. */
  | 'too-many-parameters'
  /** RFC 2231 pieces with a gap or without a beginning. */
  | 'broken-continuation'

/** Value and parameters of a field such as Content-Type. */
export interface StructuredValue {
  /** What stands before the first semicolon, in lower case, without comments and blanks. */
  readonly value: string
  /** By name in lower case. Latin1 code units, but Unicode text for the names in `extended`. No prototype. */
  readonly parameters: Readonly<Record<string, string>>
  /** Names whose value came in the form of RFC 2231 and is decoded. */
  readonly extended: ReadonlySet<string>
  readonly defects: readonly ParameterDefect[]
}

export interface RawParameter {
  readonly name: string
  readonly value: string
}

const maxParameters = 200
const quote = 34
const open = 40
const close = 41
const semicolon = 59
const equals = 61
const backslash = 92

/**
 * Reads `value; name=value; ...` (RFC 2045, 5.1; RFC 2183; continuations and charsets of RFC 2231).
 * Takes what fields really hold: blanks without quotes, open quotes, text after a quoted string.
 * Linear; never throws.
 * @param text unfolded field value as latin1 code units
 */
export function parseStructured(text: string): StructuredValue {
  const defects = new Set<ParameterDefect>()
  const reader = new ParameterReader(text)
  const value = reader.readToken().toLowerCase()
  const raw: RawParameter[] = []
  while (reader.toNext()) {
    if (raw.length >= maxParameters) {
      defects.add('too-many-parameters')
      break
    }
    const parameter = reader.readParameter(defects)
    if (parameter) raw.push(parameter)
    else defects.add('broken-parameter')
  }
  const { parameters, extended } = joinContinuations(raw, defects)
  return { value, parameters, extended, defects: [...defects] }
}

/** Walks through the text once; a comment that is never closed is searched for once only. */
class ParameterReader {
  readonly #text: string
  #at = 0
  #commentsEnd = false

  constructor(text: string) {
    this.#text = text
  }

  /** Moves to the start of the next parameter; false at the end. */
  toNext(): boolean {
    let before: number
    do {
      before = this.#at
      while (this.#code() === semicolon || isBlank(this.#code())) this.#at++
      if (this.#code() === open) this.#skipComment()
    } while (this.#at > before)
    return this.#at < this.#text.length
  }

  readParameter(defects: Set<ParameterDefect>): RawParameter | null {
    const start = this.#at
    while (this.#at < this.#text.length && this.#code() !== equals && this.#code() !== semicolon) this.#at++
    const name = trimBlanks(this.#text.slice(start, this.#at)).toLowerCase()
    if (this.#code() !== equals) return null
    this.#at = skipBlanks(this.#text, this.#at + 1)
    const value = this.#code() === quote ? this.#readQuoted(defects) : this.readToken()
    return name === '' ? null : { name, value }
  }

  /**
   * The text up to a semicolon or the end, without comments that stand apart.
   * A bracket within a word belongs to it: unquoted file names such as `copy(1).pdf` are common.
   */
  readToken(): string {
    let result = ''
    let piece = this.#at
    let apart = true
    while (this.#at < this.#text.length && this.#code() !== semicolon) {
      const from = this.#at
      if (apart && this.#code() === open && this.#skipComment()) {
        if (this.#standsApart()) {
          result += this.#text.slice(piece, from)
          piece = this.#at
        }
      } else {
        apart = isBlank(this.#code())
        this.#at++
      }
    }
    return trimBlanks(result + this.#text.slice(piece, this.#at))
  }

  /** Only `\"` and `\\` are escapes here: the backslashes of Windows paths in file names are meant as they stand. */
  #readQuoted(defects: Set<ParameterDefect>): string {
    let result = ''
    let piece = ++this.#at
    while (this.#at < this.#text.length && this.#code() !== quote) {
      const next = this.#text.charCodeAt(this.#at + 1)
      if (this.#code() === backslash && (next === quote || next === backslash)) {
        result += this.#text.slice(piece, this.#at)
        piece = ++this.#at
      }
      this.#at++
    }
    result += this.#text.slice(piece, this.#at)
    if (this.#at >= this.#text.length) defects.add('open-quote')
    this.#at++
    this.readToken()
    return result
  }

  /** Moves behind the comment that opens here, nesting counted; stays and says false if it is never closed. */
  #skipComment(): boolean {
    if (this.#commentsEnd) return false
    let depth = 0
    for (let i = this.#at; i < this.#text.length; i++) {
      const code = this.#text.charCodeAt(i)
      if (code === backslash) i++
      else if (code === open) depth++
      else if (code === close && --depth === 0) {
        this.#at = i + 1
        return true
      }
    }
    this.#commentsEnd = true
    return false
  }

  #standsApart(): boolean {
    return this.#at >= this.#text.length || this.#code() === semicolon || isBlank(this.#code())
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at)
  }
}

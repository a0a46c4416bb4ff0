const cr = 13
const lf = 10

export type CommandLine =
  | { readonly kind: 'line'; readonly text: string }
  /** Longer than allowed; the rest up to the line end has been skipped. */
  | { readonly kind: 'too-long' }
  /** A bare CR or LF: the client's idea of a line is not ours, so nothing after it can be trusted. */
  | { readonly kind: 'bare-line-feed' }

/**
 * Cuts what a client sends into command lines. Bytes that belong to message data are taken out with `take`
 * before lines are looked for, so that commands and data can share a packet (PIPELINING, BDAT).
 */
export class CommandReader {
  #buffer: Buffer = Buffer.alloc(0)
  #skipping = false
  readonly #maxLine: number

  constructor(maxLine: number) {
    this.#maxLine = maxLine
  }

  push(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
  }

  get pending(): number {
    return this.#buffer.length
  }

  /** The next command line without its end, or null when more bytes are needed. */
  next(): CommandLine | null {
    const end = this.#buffer.indexOf(lf)
    if (end < 0) {
      if (this.#buffer.length > this.#maxLine) {
        this.#skipping = true
        this.#buffer = Buffer.alloc(0)
      }
      return null
    }
    const line = this.#buffer.subarray(0, end)
    this.#buffer = this.#buffer.subarray(end + 1)
    if (line[end - 1] !== cr || line.indexOf(cr) !== end - 1) return { kind: 'bare-line-feed' }
    if (this.#skipping || line.length > this.#maxLine) {
      this.#skipping = false
      return { kind: 'too-long' }
    }
    // UTF-8 for SMTPUTF8 addresses; anything else that is not ASCII becomes U+FFFD and fails to parse.
    return { kind: 'line', text: line.toString('utf8', 0, end - 1) }
  }

  /** All bytes not read as lines; they belong to message data. */
  take(): Buffer {
    const rest = this.#buffer
    this.#buffer = Buffer.alloc(0)
    return rest
  }

  /** Puts bytes that were not message data back in front. */
  putBack(rest: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? rest : Buffer.concat([rest, this.#buffer])
  }
}

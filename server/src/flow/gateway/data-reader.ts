const cr = 13
const lf = 10
const dot = 46

/** What is wrong with a message while it arrives. The first one found is the one that counts. */
export type DataFault = 'bare-line-feed' | 'too-large' | 'header-too-large' | 'long-line'

export interface DataLimits {
  readonly maxBytes: number
  readonly maxHeaderBytes: number
  readonly maxLineBytes: number
}

/**
 * Reads the bytes of one message off the wire: finds the one true end (CR LF . CR LF, RFC 5321 4.1.1.4),
 * takes stuffed dots away, and counts. A bare CR or LF is a fault at once: whoever takes another sequence for an
 * end of line could be made to see two messages where we see one.
 *
 * States: at the start of a line, behind its first dot, behind that dot's CR, behind a CR, or within a line.
 * After a fault other than a bare line end the rest is read and thrown away, so that the client hears the reason
 * at the place where it listens for it.
 */
export class DataReader {
  #state: 'line-start' | 'dot' | 'dot-cr' | 'cr' | 'within' = 'line-start'
  #lineBytes = 0
  #inHeader = true
  readonly #limits: DataLimits
  readonly #dotted: boolean
  /** Bytes of the message so far, without stuffing. */
  size = 0
  headerBytes = 0
  fault: DataFault | null = null

  /** @param dotted true for DATA; false for BDAT, whose chunks have neither stuffing nor an end mark */
  constructor(limits: DataLimits, dotted: boolean) {
    this.#limits = limits
    this.#dotted = dotted
  }

  /**
   * Reads a chunk. `keep` is called with the pieces that belong to the message, views of the chunk.
   * Answers how many bytes of the chunk were used; fewer than all only at the end of the message or at a fault
   * that ends the connection. `ended` tells which.
   */
  read(chunk: Buffer, keep: (piece: Buffer) => void): { used: number; ended: boolean } {
    let start = 0
    let i = 0
    while (i < chunk.length) {
      const byte = chunk[i]!
      switch (this.#state) {
        case 'within':
          i = this.#skipWithin(chunk, i)
          if (this.fault === 'bare-line-feed') return { used: i, ended: false }
          continue
        case 'line-start':
          if (byte === dot && this.#dotted) {
            this.#keep(chunk, start, i, keep)
            start = i + 1
            this.#state = 'dot'
            break
          }
          this.#state = 'within'
          continue
        case 'dot':
          // The first dot of a line is never part of the message; what follows says whether it ended it.
          if (byte === cr) this.#state = 'dot-cr'
          else {
            this.#state = 'within'
            continue
          }
          break
        case 'dot-cr':
          if (byte === lf) return { used: i + 1, ended: true }
          this.fault = 'bare-line-feed'
          return { used: i, ended: false }
        case 'cr':
          if (byte !== lf) {
            this.fault = 'bare-line-feed'
            return { used: i, ended: false }
          }
          this.#endLine()
          break
      }
      i += 1
    }
    this.#keep(
      chunk,
      start,
      this.#state === 'dot-cr' ? Math.max(start, chunk.length - 1) : chunk.length,
      keep,
    )
    return { used: chunk.length, ended: false }
  }

  /** Runs to the next line end; answers the offset to go on from. */
  #skipWithin(chunk: Buffer, from: number): number {
    let i = from
    for (; i < chunk.length; i++) {
      const byte = chunk[i]!
      if (byte === cr) {
        this.#lineBytes += i - from
        this.#state = 'cr'
        return i + 1
      }
      if (byte === lf) {
        this.fault = 'bare-line-feed'
        return i
      }
    }
    this.#lineBytes += i - from
    if (this.#lineBytes > this.#limits.maxLineBytes) this.fault ??= 'long-line'
    return i
  }

  #endLine(): void {
    if (this.#lineBytes > this.#limits.maxLineBytes) this.fault ??= 'long-line'
    if (this.#inHeader) {
      this.headerBytes += this.#lineBytes + 2
      if (this.#lineBytes === 0) this.#inHeader = false
      else if (this.headerBytes > this.#limits.maxHeaderBytes) this.fault ??= 'header-too-large'
    }
    this.#lineBytes = 0
    this.#state = 'line-start'
  }

  #keep(chunk: Buffer, start: number, end: number, keep: (piece: Buffer) => void): void {
    if (end <= start) return
    this.size += end - start
    if (this.size > this.#limits.maxBytes) this.fault ??= 'too-large'
    if (this.fault === null) keep(chunk.subarray(start, end))
  }

  /** For chunks without an end mark: whether the message stops in the middle of a line end. */
  endsInsideLineEnd(): boolean {
    return this.#state === 'cr'
  }
}

import { createHash } from 'node:crypto'
import type { Canonicalization } from './canonical-header.ts'

const tab = 9
const lf = 10
const cr = 13
const space = 32
const outputSize = 8 << 10

/**
 * Hashes the body of a message in canonical form while it streams by (RFC 6376, 3.4.3, 3.4.4, 3.7), with
 * SHA-256. Lines that end in LF alone count as ending in CRLF.
 *
 * What has been read and not yet written: `lines` line ends, then perhaps a run of blanks (relaxed), then
 * perhaps a CR that may become a line end. They are written only when something follows, because empty
 * lines at the end of the body and blanks at the end of a line do not count.
 */
export class BodyHash {
  readonly #relaxed: boolean
  readonly #limit: number
  readonly #hash = createHash('sha256')
  readonly #out = Buffer.allocUnsafe(outputSize)
  #filled = 0
  #length = 0
  #lines = 0
  #blank = false
  #cr = false

  /** @param limit bytes that l= lets count, of the canonical form; null: all */
  constructor(canonicalization: Canonicalization, limit: number | null) {
    this.#relaxed = canonicalization === 'relaxed'
    this.#limit = limit ?? Number.POSITIVE_INFINITY
  }

  /** Length of the canonical body; whole only after digest(). */
  get length(): number {
    return this.#length
  }

  update(chunk: Buffer): void {
    const end = chunk.length
    let i = 0
    while (i < end) {
      i = this.#cr || this.#blank || this.#lines > 0 ? i : this.#plainRun(chunk, i)
      if (i < end) this.#take(chunk[i++] as number)
    }
  }

  /**
   * Copies from an offset on what is the same in canonical form: words, single blanks between them, and line ends
   * with a word behind. Stops before anything else, with nothing held back. This is nearly all of a body.
   */
  #plainRun(chunk: Buffer, start: number): number {
    const out = this.#out
    const end = Math.min(chunk.length, start + outputSize - this.#filled) - 2
    let filled = this.#filled
    let i = start
    for (; i < end; i++) {
      const byte = chunk[i] as number
      if (byte > space) out[filled++] = byte
      else if (byte === space && (chunk[i + 1] as number) > space) out[filled++] = byte
      else if (byte === cr && chunk[i + 1] === lf && (chunk[i + 2] as number) > space) {
        out[filled++] = cr
        out[filled++] = lf
        i += 1
      } else break
    }
    this.#filled = filled
    return i
  }

  #take(byte: number): void {
    if (byte === lf) {
      this.#cr = false
      this.#blank = false
      this.#lines += 1
      return
    }
    if (this.#cr) this.#bareCr()
    if (byte === cr) this.#cr = true
    else if (this.#relaxed && (byte === space || byte === tab)) this.#blank = true
    else this.#content(byte)
  }

  /** Ends the body; the digest in base64. */
  digest(): string {
    if (this.#cr) this.#bareCr()
    this.#lines = 0
    this.#blank = false
    // An empty body is one line end in simple form and nothing in relaxed form.
    if (!this.#relaxed || this.#length + this.#filled > 0) this.#lineEnd()
    this.#flush()
    return this.#hash.digest('base64')
  }

  /** A CR that no LF follows ends no line: it is content. */
  #bareCr(): void {
    this.#cr = false
    this.#content(cr)
  }

  #content(byte: number): void {
    for (; this.#lines > 0; this.#lines--) this.#lineEnd()
    if (this.#blank) {
      this.#blank = false
      this.#write(space)
    }
    this.#write(byte)
  }

  #lineEnd(): void {
    this.#write(cr)
    this.#write(lf)
  }

  #write(byte: number): void {
    if (this.#filled === outputSize) this.#flush()
    this.#out[this.#filled++] = byte
  }

  #flush(): void {
    const room = this.#limit - this.#length
    if (room > 0) this.#hash.update(this.#out.subarray(0, Math.min(this.#filled, room)))
    this.#length += this.#filled
    this.#filled = 0
  }
}

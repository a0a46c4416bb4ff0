import type { Line } from './line-meter.ts'

/**
 * The lines of one header, collected. They stay where they are as long as they lie together in one chunk,
 * which is so for nearly every header; only a header that runs over the end of a chunk is copied.
 */
export class HeldHeader {
  readonly #maxBytes: number
  #chunk: Buffer | null = null
  #from = 0
  #to = 0
  #store = Buffer.alloc(0)
  #stored = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get length(): number {
    return this.#stored + this.#to - this.#from
  }

  /** Adds a line with its line end; says false, and adds nothing, where the header would become too large. */
  add(line: Line): boolean {
    const length = line.next - line.at
    if (this.length + length > this.#maxBytes) return false
    if (this.length === 0) {
      this.#chunk = line.bytes
      this.#from = line.start
      this.#to = line.start
    }
    if (this.#chunk === line.bytes && this.#to === line.start) this.#to += length
    else {
      this.settle()
      this.#copy(line.bytes, line.start, line.start + length)
    }
    return true
  }

  /** Copies what still lies in a chunk. */
  settle(): void {
    if (!this.#chunk) return
    const { chunk, from, to } = { chunk: this.#chunk, from: this.#from, to: this.#to }
    this.#chunk = null
    this.#from = this.#to = 0
    this.#copy(chunk, from, to)
  }

  /** The header collected so far; valid until the next call. Begins anew. */
  release(): Buffer {
    const bytes = this.#chunk
      ? this.#chunk.subarray(this.#from, this.#to)
      : this.#store.subarray(0, this.#stored)
    this.#chunk = null
    this.#from = this.#to = this.#stored = 0
    return bytes
  }

  #copy(bytes: Buffer, from: number, to: number): void {
    const needed = this.#stored + to - from
    if (needed > this.#store.length) {
      const larger = Buffer.allocUnsafe(Math.max(4096, this.#store.length * 2, needed))
      this.#store.copy(larger, 0, 0, this.#stored)
      this.#store = larger
    }
    this.#stored += bytes.copy(this.#store, this.#stored, from, to)
  }
}

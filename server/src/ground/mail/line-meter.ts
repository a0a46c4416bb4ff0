/** What the lines of a message are made of. */
export interface LineCounts {
  readonly lines: number
  /** Bytes of the longest line, line end not counted. */
  readonly longest: number
  readonly nul: number
  /** CR without LF behind it. */
  readonly bareCr: number
  /** LF without CR before it. */
  readonly bareLf: number
  readonly eightBit: number
}

/** A line as it is handed on. */
export interface Line {
  /** Bytes from `start` to `end` are the line without its end; they stay as they are until `settle` is called. */
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** Offset of the line in the message. */
  readonly at: number
  /** Offset after its line end. Where `next - at` exceeds `maxHeld`, `bytes` may hold only the beginning. */
  readonly next: number
  /** Bytes of the line end before this line: 0, 1 or 2. */
  readonly endBefore: number
}

/** Who takes lines, and which. `wanted` may change only while a line is taken. */
export interface LineSink {
  readonly wanted: 'none' | 'dashed' | 'all'
  /** Bytes of a line that may have to be kept from one chunk to the next. */
  readonly maxHeld: number
  take(line: Line): void
  /** Bytes seen so far become invalid: copy what is still needed. */
  settle(): void
}

const dash = 45

/**
 * Cuts chunks into lines and counts as it goes.
 * Four bytes are looked at together, and one by one only where one of them is a control character or above 7F:
 * so base64 runs at the speed of memory, and a message of nothing but line ends is no slower than it must be.
 */
export class LineMeter {
  readonly #sink: LineSink
  /** Bytes of the chunks before the present one. */
  #offset = 0
  #lineAt = 0
  #endBefore = 0
  #afterCr = false
  #lines = 0
  #longest = 0
  #nul = 0
  #cr = 0
  #bareLf = 0
  #eightBit = 0
  /** Beginning of the line that the last chunk broke off in. */
  #held = Buffer.alloc(0)
  #heldLength = 0

  constructor(sink: LineSink) {
    this.#sink = sink
  }

  write(chunk: Buffer): void {
    const length = chunk.length
    const shift = chunk.byteOffset & 3
    const words = new Int32Array(chunk.buffer, chunk.byteOffset - shift, (length + shift) >> 2)
    let [eightBit, cr, nul] = [0, 0, 0]
    let i = 0
    while (i < length) {
      let word = (i + shift) >> 2
      if (((i + shift) & 3) === 0) {
        while (word < words.length && isQuiet(words[word]!)) word++
        i = (word << 2) - shift
      }
      const end = Math.min(length, ((word + 1) << 2) - shift)
      for (; i < end; i++) {
        const byte = chunk[i]!
        if (byte > 13) eightBit += byte >> 7
        else if (byte === 10) this.#endLine(chunk, i)
        else if (byte === 13) cr++
        else if (byte === 0) nul++
      }
    }
    this.#eightBit += eightBit
    this.#cr += cr
    this.#nul += nul
    this.#leave(chunk)
  }

  /** Ends the message; a last line without a line end is a line. */
  end(): LineCounts {
    const rest = this.#offset - this.#lineAt
    if (rest > 0) {
      if (this.#sink.wanted !== 'none')
        this.#give(this.#held, 0, Math.min(rest, this.#heldLength), this.#offset)
      this.#longest = Math.max(this.#longest, rest)
    }
    const bareCr = this.#cr - (this.#lines - this.#bareLf)
    return {
      lines: this.#lines + (rest > 0 ? 1 : 0),
      longest: this.#longest,
      nul: this.#nul,
      bareCr,
      bareLf: this.#bareLf,
      eightBit: this.#eightBit,
    }
  }

  #endLine(chunk: Buffer, i: number): void {
    const next = this.#offset + i + 1
    const afterCr = i > 0 ? chunk[i - 1] === 13 : this.#afterCr
    const endLength = afterCr ? 2 : 1
    const length = next - this.#lineAt - endLength
    this.#lines++
    if (!afterCr) this.#bareLf++
    if (length > this.#longest) this.#longest = length
    if (this.#sink.wanted !== 'none') {
      if (this.#lineAt < this.#offset) this.#giveHeld(chunk.subarray(0, i + 1), length, next)
      else this.#give(chunk, this.#lineAt - this.#offset, this.#lineAt - this.#offset + length, next)
    }
    this.#lineAt = next
    this.#endBefore = endLength
  }

  /** Completes a line that began in an earlier chunk. */
  #giveHeld(rest: Buffer, length: number, next: number): void {
    this.#hold(rest)
    this.#give(this.#held, 0, Math.min(length, this.#heldLength), next)
  }

  #give(bytes: Buffer, start: number, end: number, next: number): void {
    if (
      this.#sink.wanted === 'dashed' &&
      (end - start < 3 || bytes[start] !== dash || bytes[start + 1] !== dash)
    )
      return
    this.#sink.take({ bytes, start, end, at: this.#lineAt, next, endBefore: this.#endBefore })
  }

  /** Closes a chunk: what it holds of an unfinished line is kept. */
  #leave(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#sink.settle()
    const lineStart = Math.max(0, this.#lineAt - this.#offset)
    if (this.#lineAt >= this.#offset) this.#heldLength = 0
    if (this.#sink.wanted !== 'none') this.#hold(chunk.subarray(lineStart))
    this.#afterCr = chunk[chunk.length - 1] === 13
    this.#offset += chunk.length
  }

  #hold(bytes: Buffer): void {
    const count = Math.min(bytes.length, Math.max(0, this.#sink.maxHeld - this.#heldLength))
    if (this.#heldLength + count > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(1024, this.#held.length * 2, this.#heldLength + count))
      this.#held.copy(larger, 0, 0, this.#heldLength)
      this.#held = larger
    }
    bytes.copy(this.#held, this.#heldLength, 0, count)
    this.#heldLength += count
  }
}

/** Whether four bytes are all between 0E and 7F. A byte may be called loud wrongly, never quiet wrongly. */
function isQuiet(word: number): boolean {
  return ((((word - 0x0e0e0e0e) & ~word) | word) & 0x80808080) === 0
}

/** Decoded bytes of a part, or their beginning. */
export interface DecodedPart {
  readonly bytes: Buffer
  /** All decoded bytes, those beyond the capacity too. */
  readonly size: number
  /** The last bytes, where there are more than `bytes` holds and they were asked for; else empty. */
  readonly tail: Buffer
}

/**
 * Undoes a Content-Transfer-Encoding (RFC 2045, 6) as bytes come by. Holds `capacity` bytes at most and counts the
 * rest. Never throws: what is not of the encoding is passed over (base64) or taken as it is (quoted-printable), as
 * mail programs do.
 */
export interface TransferDecoder {
  write(chunk: Buffer): void
  end(): DecodedPart
}

/**
 * @param encoding in lower case; one that nobody knows is read as it is
 * @param tail how much of the end to keep of what is longer than `capacity`
 */
export function createTransferDecoder(encoding: string, capacity: number, tail = 0): TransferDecoder {
  const sink = new BoundedBytes(capacity, tail)
  if (encoding === 'base64') return new Base64Decoder(sink)
  if (encoding === 'quoted-printable') return new QuotedPrintableDecoder(sink)
  return { write: (chunk) => sink.copy(chunk), end: () => sink.end() }
}

class BoundedBytes {
  readonly #bytes: Buffer
  readonly #tailSize: number
  /** The last bytes, in a ring: the one at place n of the part stands at n modulo its length. */
  #ring: Buffer | null = null
  size = 0

  constructor(capacity: number, tailSize: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
    this.#tailSize = tailSize
  }

  add(byte: number): void {
    if (this.size < this.#bytes.length) this.#bytes[this.size] = byte
    else if (this.#tailSize > 0) {
      this.#ring ??= Buffer.allocUnsafeSlow(this.#tailSize)
      this.#ring[this.size % this.#tailSize] = byte
    }
    this.size++
  }

  copy(chunk: Buffer): void {
    const fits = Math.min(chunk.length, Math.max(0, this.#bytes.length - this.size))
    chunk.copy(this.#bytes, this.size, 0, fits)
    this.size += fits
    if (this.#tailSize === 0) this.size += chunk.length - fits
    else for (let at = fits; at < chunk.length; at++) this.add(chunk[at]!)
  }

  end(): DecodedPart {
    const bytes = this.#bytes.subarray(0, Math.min(this.size, this.#bytes.length))
    return { bytes, size: this.size, tail: this.#tail() }
  }

  #tail(): Buffer {
    if (!this.#ring) return Buffer.alloc(0)
    // What went into the first bytes is not in the ring.
    if (this.size - this.#bytes.length < this.#tailSize) {
      const all = Buffer.allocUnsafe(this.size - this.#bytes.length)
      for (let at = 0; at < all.length; at++)
        all[at] = this.#ring[(this.#bytes.length + at) % this.#tailSize]!
      return all
    }
    const start = this.size % this.#tailSize
    return Buffer.concat([this.#ring.subarray(start), this.#ring.subarray(0, start)])
  }
}

const alphabet = new Int8Array(256).fill(-1)
for (const [value, letter] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  alphabet[letter.charCodeAt(0)] = value
const padding = 61

class Base64Decoder implements TransferDecoder {
  readonly #sink: BoundedBytes
  #bits = 0
  #held = 0

  constructor(sink: BoundedBytes) {
    this.#sink = sink
  }

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      const value = alphabet[byte]!
      if (value >= 0) this.#take(value)
      // After padding some encoders go on with the next piece.
      else if (byte === padding) this.#held = 0
    }
  }

  #take(value: number): void {
    this.#bits = ((this.#bits << 6) | value) & 0xffffff
    this.#held += 6
    if (this.#held < 8) return
    this.#held -= 8
    this.#sink.add((this.#bits >> this.#held) & 0xff)
  }

  end(): DecodedPart {
    return this.#sink.end()
  }
}

const [equals, carriageReturn, lineFeed] = [61, 13, 10]

class QuotedPrintableDecoder implements TransferDecoder {
  readonly #sink: BoundedBytes
  /** What stands since an equals sign, 2 bytes at most. */
  #escape: number[] | null = null

  constructor(sink: BoundedBytes) {
    this.#sink = sink
  }

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (this.#escape) this.#continue(byte)
      else if (byte === equals) this.#escape = []
      else this.#sink.add(byte)
    }
  }

  #continue(byte: number): void {
    const since = this.#escape!
    // A soft line break: an equals sign and the end of the line.
    if (byte === lineFeed) this.#escape = null
    else if (byte === carriageReturn && since.length === 0) return
    else if (since.length === 0 && hexValue(byte) >= 0) since.push(byte)
    else if (since.length === 1 && hexValue(byte) >= 0) {
      this.#sink.add((hexValue(since[0]!) << 4) | hexValue(byte))
      this.#escape = null
    } else this.#giveUp(byte)
  }

  /** Not an escape after all: everything is taken as it stands. */
  #giveUp(byte: number): void {
    for (const each of [equals, ...this.#escape!]) this.#sink.add(each)
    this.#escape = null
    if (byte === equals) this.#escape = []
    else this.#sink.add(byte)
  }

  end(): DecodedPart {
    if (this.#escape && this.#escape.length > 0)
      for (const each of [equals, ...this.#escape]) this.#sink.add(each)
    return this.#sink.end()
  }
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

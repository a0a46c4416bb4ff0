/** Decoded bytes of a part, or their beginning. */
export interface DecodedPart {
  readonly bytes: Buffer
  /** All decoded bytes, those beyond the capacity too. */
  readonly size: number
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

/** @param encoding in lower case; one that nobody knows is read as it is */
export function createTransferDecoder(encoding: string, capacity: number): TransferDecoder {
  const sink = new BoundedBytes(capacity)
  if (encoding === 'base64') return new Base64Decoder(sink)
  if (encoding === 'quoted-printable') return new QuotedPrintableDecoder(sink)
  return { write: (chunk) => sink.copy(chunk), end: () => sink.end() }
}

class BoundedBytes {
  readonly #bytes: Buffer
  size = 0

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
  }

  add(byte: number): void {
    if (this.size < this.#bytes.length) this.#bytes[this.size] = byte
    this.size++
  }

  copy(chunk: Buffer): void {
    if (this.size < this.#bytes.length) chunk.copy(this.#bytes, this.size)
    this.size += chunk.length
  }

  end(): DecodedPart {
    return { bytes: this.#bytes.subarray(0, Math.min(this.size, this.#bytes.length)), size: this.size }
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

/** Probabilities begin in the middle. */
const half = 1024
const topValue = 2 ** 24

/** Reads bits whose probabilities it learns (the range coder of LZMA). */
class RangeReader {
  readonly #bytes: Buffer
  #at: number
  #range = 0xffffffff
  #code = 0

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at + 1
    for (let each = 0; each < 4; each++) this.#code = ((this.#code << 8) | this.#next()) >>> 0
  }

  /** Whether more was asked for than there is. */
  get ended(): boolean {
    return this.#at > this.#bytes.length + 4
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0
  }

  #fill(): void {
    if (this.#range >= topValue) return
    this.#range = (this.#range << 8) >>> 0
    this.#code = ((this.#code << 8) | this.#next()) >>> 0
  }

  bit(probabilities: Uint16Array, index: number): number {
    const probability = probabilities[index]!
    const bound = (this.#range >>> 11) * probability
    let bit = 0
    if (this.#code < bound) {
      this.#range = bound
      probabilities[index] = probability + ((2048 - probability) >> 5)
    } else {
      bit = 1
      this.#range -= bound
      this.#code -= bound
      probabilities[index] = probability - (probability >> 5)
    }
    this.#fill()
    return bit
  }

  direct(count: number): number {
    let value = 0
    for (let left = count; left > 0; left--) {
      this.#range >>>= 1
      const bit = this.#code >= this.#range ? 1 : 0
      if (bit) this.#code -= this.#range
      value = value * 2 + bit
      this.#fill()
    }
    return value
  }

  tree(probabilities: Uint16Array, offset: number, bits: number): number {
    let node = 1
    for (let each = 0; each < bits; each++) node = (node << 1) | this.bit(probabilities, offset + node)
    return node - (1 << bits)
  }

  reverseTree(probabilities: Uint16Array, offset: number, bits: number): number {
    let node = 1
    let value = 0
    for (let each = 0; each < bits; each++) {
      const bit = this.bit(probabilities, offset + node)
      node = (node << 1) | bit
      value |= bit << each
    }
    return value
  }
}

function learnt(size: number): Uint16Array {
  return new Uint16Array(size).fill(half)
}

/** Lengths of matches: 3 bits, 3 bits or 8 bits. */
class LengthReader {
  readonly #choice = learnt(2)
  readonly #low = learnt(16 << 3)
  readonly #middle = learnt(16 << 3)
  readonly #high = learnt(256)

  read(reader: RangeReader, position: number): number {
    if (reader.bit(this.#choice, 0) === 0) return reader.tree(this.#low, position << 3, 3)
    if (reader.bit(this.#choice, 1) === 0) return 8 + reader.tree(this.#middle, position << 3, 3)
    return 16 + reader.tree(this.#high, 0, 8)
  }
}

/**
 * Unpacks LZMA data whose size is known, such as the directory of a 7z archive. Null where it is none or ends early.
 * @param properties the five bytes that come with the data
 */
export function unpackLzma(properties: Buffer, packed: Buffer, size: number): Buffer | null {
  const first = properties[0] ?? 255
  if (first >= 225 || packed.length < 5) return null
  return new Lzma(first, packed, size).unpack()
}

class Lzma {
  readonly #reader: RangeReader
  readonly #out: Buffer
  readonly #context: number
  readonly #positionMask: number
  readonly #literalMask: number
  readonly #literals: Uint16Array
  readonly #isMatch = learnt(12 << 4)
  readonly #isRepeat = learnt(12)
  readonly #isRepeat0 = learnt(12)
  readonly #isRepeat1 = learnt(12)
  readonly #isRepeat2 = learnt(12)
  readonly #isLong = learnt(12 << 4)
  readonly #slots = learnt(4 << 6)
  readonly #special = learnt(128)
  readonly #align = learnt(16)
  readonly #lengths = new LengthReader()
  readonly #repeatLengths = new LengthReader()
  #length = 0
  #state = 0
  #distances: [number, number, number, number] = [0, 0, 0, 0]

  constructor(first: number, packed: Buffer, size: number) {
    this.#context = first % 9
    const rest = Math.floor(first / 9)
    this.#literalMask = (1 << (rest % 5)) - 1
    this.#positionMask = (1 << Math.floor(rest / 5)) - 1
    this.#literals = learnt(0x300 << (this.#context + (rest % 5)))
    this.#reader = new RangeReader(packed, 0)
    this.#out = Buffer.alloc(size)
  }

  unpack(): Buffer | null {
    const reader = this.#reader
    while (this.#length < this.#out.length) {
      if (reader.ended) return null
      const position = this.#length & this.#positionMask
      if (reader.bit(this.#isMatch, (this.#state << 4) + position) === 0) this.#literal()
      else if (!this.#match(position)) return null
    }
    return this.#out
  }

  #literal(): void {
    const out = this.#out
    const before = this.#length > 0 ? out[this.#length - 1]! : 0
    const context = ((this.#length & this.#literalMask) << this.#context) + (before >> (8 - this.#context))
    const offset = 0x300 * context
    let symbol = 1
    if (this.#state >= 7) {
      let beside = out[this.#length - this.#distances[0] - 1] ?? 0
      while (symbol < 0x100) {
        const expected = (beside >> 7) & 1
        beside <<= 1
        const bit = this.#reader.bit(this.#literals, offset + ((1 + expected) << 8) + symbol)
        symbol = (symbol << 1) | bit
        if (expected !== bit) break
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#reader.bit(this.#literals, offset + symbol)
    out[this.#length++] = symbol & 0xff
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6
  }

  /** Copies what stands before; false for a distance that leads out of the data, and for an early end. */
  #match(position: number): boolean {
    const reader = this.#reader
    const isRepeat = reader.bit(this.#isRepeat, this.#state) === 1
    if (isRepeat && this.#length === 0) return false
    if (isRepeat && this.#isShort(position)) return this.#copy(1)
    const length = 2 + (isRepeat ? this.#repeatLengths : this.#lengths).read(reader, position)
    if (!isRepeat) {
      const [a, b, c] = this.#distances
      this.#distances = [this.#distance(length), a, b, c]
      this.#state = this.#state < 7 ? 7 : 10
    } else this.#state = this.#state < 7 ? 8 : 11
    return this.#copy(length)
  }

  /** A repeated distance: which one, and whether just one byte is copied. */
  #isShort(position: number): boolean {
    const reader = this.#reader
    const [a, b, c, d] = this.#distances
    if (reader.bit(this.#isRepeat0, this.#state) === 0) {
      if (reader.bit(this.#isLong, (this.#state << 4) + position) !== 0) return false
      this.#state = this.#state < 7 ? 9 : 11
      return true
    }
    if (reader.bit(this.#isRepeat1, this.#state) === 0) this.#distances = [b, a, c, d]
    else if (reader.bit(this.#isRepeat2, this.#state) === 0) this.#distances = [c, a, b, d]
    else this.#distances = [d, a, b, c]
    return false
  }

  #distance(length: number): number {
    const reader = this.#reader
    const slot = reader.tree(this.#slots, Math.min(length - 2, 3) << 6, 6)
    if (slot < 4) return slot
    const bits = (slot >> 1) - 1
    const start = (2 | (slot & 1)) * 2 ** bits
    if (slot < 14) return start + reader.reverseTree(this.#special, start - slot, bits)
    return start + reader.direct(bits - 4) * 16 + reader.reverseTree(this.#align, 0, 4)
  }

  #copy(length: number): boolean {
    const distance = this.#distances[0] + 1
    if (distance > this.#length) return false
    const end = Math.min(this.#length + length, this.#out.length)
    while (this.#length < end) this.#out[this.#length] = this.#out[this.#length++ - distance]!
    return true
  }
}

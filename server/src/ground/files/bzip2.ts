/** Largest tables of the format: 6 of up to 258 symbols, codes of up to 20 bits. */
const longestCode = 20

class Ended extends Error {}

/** Bits from the highest down. */
class Bits {
  readonly #bytes: Buffer
  #at = 0
  #bit = 0

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  read(count: number): number {
    let value = 0
    for (let left = count; left > 0; ) {
      if (this.#at >= this.#bytes.length) throw new Ended('the data ends')
      const room = 8 - this.#bit
      const take = Math.min(room, left)
      const piece = (this.#bytes[this.#at]! >> (room - take)) & ((1 << take) - 1)
      value = value * (1 << take) + piece
      left -= take
      this.#bit += take
      if (this.#bit === 8) {
        this.#bit = 0
        this.#at++
      }
    }
    return value
  }
}

interface Table {
  /** By length of code: the highest code of this length, and where its symbols begin. */
  readonly limit: Int32Array
  readonly base: Int32Array
  readonly symbols: Uint16Array
}

/**
 * Unpacks bzip2 data, `most` bytes at most. `damaged` where it ends early or is none; what came before is kept.
 * Time grows with what is read and made, 900,000 bytes a block; a block is done at once.
 */
export function unpackBzip2(bytes: Buffer, most: number): { bytes: Buffer; more: boolean; damaged: boolean } {
  const chunks: Buffer[] = []
  let length = 0
  let damaged = false
  try {
    for (const chunk of readBlocks(bytes)) {
      chunks.push(chunk)
      length += chunk.length
      if (length > most) break
    }
  } catch {
    damaged = true
  }
  return { bytes: Buffer.concat(chunks).subarray(0, most), more: length > most, damaged }
}

function* readBlocks(bytes: Buffer): Generator<Buffer> {
  const level = bytes.length > 4 ? bytes[3]! - 48 : 0
  if (bytes.toString('latin1', 0, 3) !== 'BZh' || level < 1 || level > 9) throw new Ended('no bzip2 data')
  const bits = new Bits(bytes, 4)
  // One for all blocks: thousands of tiny blocks would otherwise clear megabytes each.
  const tt = new Uint32Array(level * 100_000)
  for (;;) {
    const mark = bits.read(48)
    if (mark === 0x177245385090) return
    if (mark !== 0x314159265359) throw new Ended('no block')
    bits.read(32)
    if (bits.read(1) === 1) throw new Ended('randomised blocks are not read')
    yield readBlock(bits, tt)
  }
}

function readBlock(bits: Bits, tt: Uint32Array): Buffer {
  const origin = bits.read(24)
  const used = readUsed(bits)
  const groups = bits.read(3)
  const selectors = readSelectors(bits, groups)
  const tables = Array.from({ length: groups }, () => readTable(bits, used.length + 2))
  const { count, counts } = readSymbols(bits, { used, selectors, tables, tt })
  if (origin >= count) throw new Ended('the block begins outside itself')
  undoSorting(tt, count, counts)
  return undoRuns(tt, origin, count)
}

function readUsed(bits: Bits): number[] {
  const map = bits.read(16)
  const used: number[] = []
  for (let high = 0; high < 16; high++) {
    if (!(map & (0x8000 >> high))) continue
    const low = bits.read(16)
    for (let each = 0; each < 16; each++) if (low & (0x8000 >> each)) used.push(high * 16 + each)
  }
  if (used.length === 0) throw new Ended('no symbols')
  return used
}

function readSelectors(bits: Bits, groups: number): Uint8Array {
  if (groups < 2 || groups > 6) throw new Ended('tables')
  const selectors = new Uint8Array(bits.read(15))
  const order = Array.from({ length: groups }, (_, index) => index)
  for (let each = 0; each < selectors.length; each++) {
    let place = 0
    while (bits.read(1) === 1) if (++place >= groups) throw new Ended('selector')
    const [chosen] = order.splice(place, 1)
    order.unshift(chosen!)
    selectors[each] = chosen!
  }
  return selectors
}

function readTable(bits: Bits, symbols: number): Table {
  const lengths = new Uint8Array(symbols)
  let length = bits.read(5)
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > longestCode) throw new Ended('length of a code')
      if (bits.read(1) === 0) break
      length += bits.read(1) === 0 ? 1 : -1
    }
    lengths[symbol] = length
  }
  return composeTable(lengths)
}

function composeTable(lengths: Uint8Array): Table {
  const limit = new Int32Array(longestCode + 2).fill(-1)
  const base = new Int32Array(longestCode + 2)
  const symbols = new Uint16Array(lengths.length)
  let code = 0
  let at = 0
  for (let length = 1; length <= longestCode; length++) {
    base[length] = at - code
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) {
        symbols[at++] = symbol
        code++
      }
    limit[length] = code - 1
    code <<= 1
  }
  return { limit, base, symbols }
}

function readSymbol(bits: Bits, { limit, base, symbols }: Table): number {
  let code = 0
  for (let length = 1; length <= longestCode; length++) {
    code = (code << 1) | bits.read(1)
    if (code <= limit[length]! && code + base[length]! >= 0) return symbols[code + base[length]!] ?? 0
  }
  throw new Ended('code')
}

interface Coding {
  readonly used: number[]
  readonly selectors: Uint8Array
  readonly tables: readonly Table[]
  /** The block as it is read. */
  readonly tt: Uint32Array
}

function readSymbols(bits: Bits, { used, selectors, tables, tt }: Coding) {
  const front = [...used]
  const size = tt.length
  const counts = new Uint32Array(256)
  let count = 0
  let run = 0
  let weight = 1
  const flush = () => {
    if (count + run > size) throw new Ended('the block is too long')
    tt.fill(front[0]!, count, count + run)
    counts[front[0]!]! += run
    count += run
    run = 0
    weight = 1
  }
  for (let each = 0; ; each++) {
    const table = tables[selectors[Math.floor(each / 50)] ?? 0xff]
    if (!table) throw new Ended('selectors end')
    const symbol = readSymbol(bits, table)
    if (symbol <= 1) {
      run += weight << symbol
      weight *= 2
      if (run > size) throw new Ended('the run is too long')
      continue
    }
    if (run > 0) flush()
    if (symbol > used.length) return { count, counts }
    if (count >= size) throw new Ended('the block is too long')
    const [value] = front.splice(symbol - 1, 1)
    front.unshift(value!)
    tt[count++] = value!
    counts[value!]!++
  }
}

/** Burrows-Wheeler backwards: afterwards the high bits of each element lead to the next one. */
function undoSorting(tt: Uint32Array, count: number, counts: Uint32Array): void {
  const starts = new Uint32Array(256)
  for (let byte = 1; byte < 256; byte++) starts[byte] = starts[byte - 1]! + counts[byte - 1]!
  for (let each = 0; each < count; each++) {
    const byte = tt[each]! & 0xff
    tt[starts[byte]!++]! |= each << 8
  }
}

/** Four equal bytes are followed by how often the byte comes again. */
function undoRuns(tt: Uint32Array, origin: number, count: number): Buffer {
  // At worst 5 bytes make 259.
  const out = Buffer.allocUnsafe(Math.ceil((count * 259) / 5) + 259)
  let length = 0
  let position = tt[origin]! >>> 8
  let last = -1
  let equal = 0
  for (let each = 0; each < count; each++) {
    const entry = tt[position]!
    const byte = entry & 0xff
    position = entry >>> 8
    if (equal === 4) {
      out.fill(last, length, length + byte)
      length += byte
      equal = 0
      last = -1
      continue
    }
    equal = byte === last ? equal + 1 : 1
    last = byte
    out[length++] = byte
  }
  return Buffer.from(out.subarray(0, length))
}

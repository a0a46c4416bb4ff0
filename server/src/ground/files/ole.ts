/** A stream of a compound file (MS-CFB), such as older Office files, messages of Outlook and installers are. */
export interface OleStream {
  readonly name: string
  /** Names of the storages around it, outermost first. */
  readonly path: string
  readonly size: number
}

/** Streams of one file; bounds hold for whatever the tables in it say. */
export interface OleFile {
  readonly streams: readonly OleStream[]
  /** Class of the root storage in hexadecimal digits: which program made it. */
  readonly rootClass: string
  /** The content of a stream, or its first `most` bytes; less where the tables are broken. */
  read(stream: OleStream, most: number): Buffer
}

const limits = { entries: 4096, sectors: 1 << 18 } as const
const lastSector = 0xfffffffa

/** Reads the directory of a compound file. Null for what is none. Never throws. */
export function readOle(bytes: Buffer): OleFile | null {
  if (bytes.length < 1536 || bytes.readUInt32BE(0) !== 0xd0cf11e0) return null
  const file = new CompoundFile(bytes)
  return {
    streams: file.streams,
    rootClass: file.rootClass,
    read: (stream, most) => file.read(stream as Entry, most),
  }
}

interface Entry extends OleStream {
  readonly start: number
}

interface Raw {
  readonly name: string
  readonly type: number
  readonly left: number
  readonly right: number
  readonly child: number
  readonly start: number
  readonly size: number
}

class CompoundFile {
  readonly #bytes: Buffer
  readonly #sector: number
  readonly #miniCutoff: number
  readonly #fat: Uint32Array
  readonly #miniFat: Uint32Array
  readonly #mini: Buffer
  readonly streams: Entry[] = []
  readonly rootClass: string

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#sector = bytes.readUInt16LE(30) === 12 ? 4096 : 512
    this.#miniCutoff = bytes.readUInt32LE(56)
    this.#fat = this.#readFat()
    const directory = this.#chain(bytes.readUInt32LE(48), limits.entries * 128)
    this.#miniFat = toNumbers(this.#chain(bytes.readUInt32LE(60), 1 << 20))
    const raw = readDirectory(directory)
    this.rootClass = directory.length >= 96 ? directory.toString('hex', 80, 96) : ''
    const root = raw[0]
    this.#mini = root ? this.#chain(root.start, Math.min(root.size, bytes.length)) : Buffer.alloc(0)
    if (root) this.#list(raw, root)
  }

  read(stream: Entry, most: number): Buffer {
    const length = Math.min(stream.size, most)
    return stream.size < this.#miniCutoff
      ? this.#miniChain(stream.start, length)
      : this.#chain(stream.start, length)
  }

  #readFat(): Uint32Array {
    const bytes = this.#bytes
    const places: number[] = []
    for (let at = 76; at < 512; at += 4) places.push(bytes.readUInt32LE(at))
    let next = bytes.readUInt32LE(68)
    const perSector = this.#sector / 4 - 1
    while (next < lastSector && places.length < limits.sectors / perSector) {
      const sector = this.#at(next)
      if (sector.length < this.#sector) break
      for (let each = 0; each < perSector; each++) places.push(sector.readUInt32LE(each * 4))
      next = sector.readUInt32LE(perSector * 4)
    }
    const sectors = places.filter((each) => each < lastSector).map((each) => this.#at(each))
    return toNumbers(Buffer.concat(sectors.slice(0, limits.sectors / perSector)))
  }

  #at(sector: number): Buffer {
    const start = (sector + 1) * this.#sector
    return this.#bytes.subarray(start, start + this.#sector)
  }

  /** Sectors of a chain, up to `most` bytes; a chain that goes in circles ends there too. */
  #chain(start: number, most: number): Buffer {
    const pieces: Buffer[] = []
    const steps = Math.min(Math.ceil(most / this.#sector), Math.ceil(this.#bytes.length / this.#sector))
    for (let sector = start; sector < lastSector && pieces.length < steps; ) {
      const piece = this.#at(sector)
      if (piece.length === 0) break
      pieces.push(piece)
      sector = this.#fat[sector] ?? lastSector
    }
    return Buffer.concat(pieces).subarray(0, most)
  }

  #miniChain(start: number, most: number): Buffer {
    const pieces: Buffer[] = []
    const steps = Math.min(Math.ceil(most / 64), Math.ceil(this.#mini.length / 64))
    for (let sector = start; sector < lastSector && pieces.length < steps; ) {
      pieces.push(this.#mini.subarray(sector * 64, sector * 64 + 64))
      sector = this.#miniFat[sector] ?? lastSector
    }
    return Buffer.concat(pieces).subarray(0, most)
  }

  /** Walks the trees of siblings and children; each entry counts once, so that circles end. */
  #list(raw: readonly Raw[], root: Raw): void {
    const seen = new Set<number>()
    const waiting: [index: number, path: string][] = [[root.child, '']]
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [index, path] = next
      const entry = raw[index]
      if (!entry || seen.has(index)) continue
      seen.add(index)
      waiting.push([entry.left, path], [entry.right, path])
      if (entry.type === 1) waiting.push([entry.child, `${path}${entry.name}/`.slice(-500)])
      else if (entry.type === 2)
        this.streams.push({ name: entry.name, path, size: entry.size, start: entry.start })
    }
  }
}

function toNumbers(bytes: Buffer): Uint32Array {
  const numbers = new Uint32Array(Math.floor(bytes.length / 4))
  for (let each = 0; each < numbers.length; each++) numbers[each] = bytes.readUInt32LE(each * 4)
  return numbers
}

function readDirectory(bytes: Buffer): Raw[] {
  const entries: Raw[] = []
  for (let at = 0; at + 128 <= bytes.length; at += 128) {
    const nameLength = Math.max(0, Math.min(64, bytes.readUInt16LE(at + 64)) - 2)
    entries.push({
      name: bytes.toString('utf16le', at, at + nameLength),
      type: bytes[at + 66]!,
      left: bytes.readUInt32LE(at + 68),
      right: bytes.readUInt32LE(at + 72),
      child: bytes.readUInt32LE(at + 76),
      start: bytes.readUInt32LE(at + 116),
      size: bytes.readUInt32LE(at + 120),
    })
  }
  return entries
}

/** An entry of a zip archive, as its directory tells. */
export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  /** Unpacked, as it says; may be a lie. */
  readonly size: number
  /** The packed bytes; empty where they lie outside the file. */
  readonly packed: Buffer
}

export interface Zip {
  readonly entries: readonly ZipEntry[]
  /** There are more entries than were read. */
  readonly more: boolean
  /** No directory, or one that leads nowhere: what could be found stands in `entries`. */
  readonly damaged: boolean
}

export const zipMethod = { stored: 0, deflate: 8, bzip2: 12, zstd: 93 } as const

const [localMark, centralMark, endMark] = [0x04034b50, 0x02014b50, 0x06054b50]
/** A comment of up to 64 KiB may follow the end record of 22 bytes. */
const longestTail = 22 + 0xffff

/**
 * Reads the directory of a zip archive, `maxEntries` of it at most; nothing is unpacked. Where the directory leaves out
 * what stands at the beginning of the file, as when two archives are joined, that is read too: programs differ in
 * which of them they open.
 */
export function readZip(bytes: Buffer, maxEntries: number): Zip {
  const end = findEnd(bytes)
  if (end < 0) return { ...readLocalEntries(bytes, maxEntries), damaged: true }
  const size = bytes.readUInt32LE(end + 12)
  const offset = bytes.readUInt32LE(end + 16)
  // A program may stand before the archive; offsets then count from where the archive begins.
  const start = offset === 0xffffffff ? findCentral(bytes, end) : Math.max(0, end - size)
  const shift = offset === 0xffffffff ? 0 : start - offset
  const central = readCentralEntries(bytes, start, Math.max(0, shift), maxEntries)
  if (central.damaged && central.entries.length === 0)
    return { ...readLocalEntries(bytes, maxEntries), damaged: true }
  if (shift <= 0 || bytes.length < 4 || bytes.readUInt32LE(0) !== localMark) return central
  const hidden = readLocalEntries(bytes.subarray(0, shift), maxEntries - central.entries.length)
  return { ...central, entries: [...hidden.entries, ...central.entries], more: central.more || hidden.more }
}

/**
 * Reads the directory of an archive that is too large to hold: it stands in the last bytes. What lies beyond the first
 * ones has a name and a size, but no content. Null where the last bytes do not have the whole directory.
 */
export function readCutZip(bytes: Buffer, tail: Buffer, size: number, maxEntries: number): Zip | null {
  const end = tail.length < 22 ? -1 : findEnd(tail)
  if (end < 0) return null
  const start = end - tail.readUInt32LE(end + 12)
  const offset = tail.readUInt32LE(end + 16)
  if (start < 0 || offset === 0xffffffff) return null
  const shift = size - tail.length + start - offset
  const found = readCentralEntries(tail, start, Math.max(0, shift), maxEntries, bytes)
  return found.damaged ? null : found
}

function findEnd(bytes: Buffer): number {
  const mark = Buffer.alloc(4)
  mark.writeUInt32LE(endMark)
  const at = bytes.lastIndexOf(mark, bytes.length - 22)
  return at >= 0 && at >= bytes.length - longestTail ? at : -1
}

/** Zip64: where the directory begins stands in a record of its own, which the first central header leads to. */
function findCentral(bytes: Buffer, end: number): number {
  const locator = end - 20
  if (locator < 0 || bytes.readUInt32LE(locator) !== 0x07064b50) return end
  const record = Number(bytes.readBigUInt64LE(locator + 8))
  if (record + 56 > bytes.length || bytes.readUInt32LE(record) !== 0x06064b50) return end
  return Math.min(end, Number(bytes.readBigUInt64LE(record + 48)))
}

function readCentralEntries(
  bytes: Buffer,
  start: number,
  shift: number,
  most: number,
  data: Buffer = bytes,
): Zip {
  const entries: ZipEntry[] = []
  let at = start
  while (at + 46 <= bytes.length && bytes.readUInt32LE(at) === centralMark) {
    if (entries.length >= most) return { entries, more: true, damaged: false }
    const nameLength = bytes.readUInt16LE(at + 28)
    const extraLength = bytes.readUInt16LE(at + 30)
    const sizes = readSizes(bytes, at, nameLength, extraLength)
    const flags = bytes.readUInt16LE(at + 8)
    const method = bytes.readUInt16LE(at + 10)
    entries.push({
      name: readName(bytes.subarray(at + 46, at + 46 + nameLength), flags),
      method,
      encrypted: (flags & 0x2041) !== 0 || method === 99,
      size: sizes.size,
      packed: packedBytes(data, sizes.offset + shift, sizes.packed, data !== bytes),
    })
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32)
  }
  const complete = at + 4 <= bytes.length && [endMark, 0x06064b50].includes(bytes.readUInt32LE(at))
  return { entries, more: false, damaged: !complete }
}

/** Sizes and place of an entry; those that do not fit in 32 bits stand in the extra field with id 1 (zip64). */
function readSizes(bytes: Buffer, at: number, nameLength: number, extraLength: number) {
  const found = {
    size: bytes.readUInt32LE(at + 24),
    packed: bytes.readUInt32LE(at + 20),
    offset: bytes.readUInt32LE(at + 42),
  }
  let extra = at + 46 + nameLength
  const end = Math.min(extra + extraLength, bytes.length)
  while (extra + 4 <= end && bytes.readUInt16LE(extra) !== 1) extra += 4 + bytes.readUInt16LE(extra + 2)
  let value = extra + 4
  for (const key of ['size', 'packed', 'offset'] as const) {
    if (found[key] !== 0xffffffff || value + 8 > end) continue
    found[key] = Number(bytes.readBigUInt64LE(value))
    value += 8
  }
  return found
}

const nothing = Buffer.alloc(0)

/** @param whole all of them or none, for what is cut */
function packedBytes(bytes: Buffer, at: number, length: number, whole: boolean): Buffer {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== localMark) return nothing
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
  if (whole && start + length > bytes.length) return nothing
  return bytes.subarray(start, Math.min(bytes.length, start + length))
}

/** Entries one after the other from the beginning, where there is no directory to follow. */
function readLocalEntries(bytes: Buffer, most: number): Pick<Zip, 'entries' | 'more'> {
  const mark = Buffer.from('504b0304', 'hex')
  const entries: ZipEntry[] = []
  let at = bytes.indexOf(mark)
  while (at >= 0 && at + 30 <= bytes.length) {
    if (entries.length >= most) return { entries, more: true }
    const flags = bytes.readUInt16LE(at + 6)
    const method = bytes.readUInt16LE(at + 8)
    const nameLength = bytes.readUInt16LE(at + 26)
    const start = at + 30 + nameLength + bytes.readUInt16LE(at + 28)
    const length = bytes.readUInt32LE(at + 18)
    // With a length that comes after the data, the next mark ends it.
    const next = bytes.indexOf(mark, length > 0 && start + length <= bytes.length ? start + length : start)
    entries.push({
      name: readName(bytes.subarray(at + 30, at + 30 + nameLength), flags),
      method,
      encrypted: (flags & 0x2041) !== 0 || method === 99,
      size: bytes.readUInt32LE(at + 22),
      packed: bytes.subarray(
        start,
        length > 0 ? Math.min(bytes.length, start + length) : next < 0 ? undefined : next,
      ),
    })
    at = next
  }
  return { entries, more: false }
}

/** Names are UTF-8 where a flag says so; others are often that all the same. */
function readName(bytes: Buffer, flags: number): string {
  const utf8 = bytes.subarray(0, 1024).toString()
  return flags & 0x800 || !utf8.includes('\ufffd') ? utf8 : bytes.toString('latin1', 0, 1024)
}

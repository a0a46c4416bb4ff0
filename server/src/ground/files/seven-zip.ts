import type { ArchiveList } from './archive-list.ts'
import { unpackLzma } from './lzma.ts'

/** The directory of an archive, unpacked, in bytes; that of 10,000 files is a tenth of it. */
const largestDirectory = 1 << 20
const aes = Buffer.from('06f10701', 'hex')
const lzma = Buffer.from('030101', 'hex')

const mark = {
  end: 0,
  packInfo: 6,
  folders: 7,
  folder: 11,
  sizes: 12,
  packed: 0x17,
  plain: 1,
  names: 0x11,
} as const

/**
 * Names in a 7z archive, and whether it asks for a password. The directory is unpacked, the files are not: each of
 * them may need all those before it.
 */
export function listSevenZip(bytes: Buffer): ArchiveList {
  const nothing = { files: [], encrypted: false }
  if (bytes.length < 32) return nothing
  const start = 32 + Number(bytes.readBigUInt64LE(12))
  const directory = bytes.subarray(
    start,
    start + Math.min(Number(bytes.readBigUInt64LE(20)), largestDirectory),
  )
  if (directory[0] === mark.plain) return read(directory)
  if (directory[0] !== mark.packed) return nothing
  if (directory.includes(aes)) return { files: [], encrypted: true }
  const plain = unpackDirectory(bytes, directory)
  return plain ? read(plain) : nothing
}

function read(directory: Buffer): ArchiveList {
  return {
    files: readNames(directory).map((name) => ({ name, size: 0 })),
    encrypted: directory.includes(aes),
  }
}

/** A packed directory is one stream with one coder: where it lies, how it is packed, and how large it gets. */
function unpackDirectory(bytes: Buffer, directory: Buffer): Buffer | null {
  const cursor = { at: 1 }
  if (directory[cursor.at++] !== mark.packInfo) return null
  const start = 32 + readNumber(directory, cursor)
  const streams = readNumber(directory, cursor)
  if (streams !== 1 || directory[cursor.at++] !== 9) return null
  const length = readNumber(directory, cursor)
  const folder = directory.indexOf(Buffer.from([mark.folders, mark.folder]), cursor.at)
  const coder = directory.indexOf(lzma, folder)
  if (folder < 0 || coder < 0) return null
  // Behind the id: five bytes of properties with their length, and the mark of the sizes.
  const properties = directory.subarray(coder + 4, coder + 9)
  cursor.at = coder + 9
  if (directory[cursor.at++] !== mark.sizes) return null
  const size = readNumber(directory, cursor)
  if (size > largestDirectory) return null
  return unpackLzma(properties, bytes.subarray(start, start + length), size)
}

/**
 * The names stand behind their mark, their length and a zero, each in UTF-16 up to a zero. What stands before them
 * differs with how files are packed, so the mark is searched for, and believed where all of that fits.
 */
function readNames(directory: Buffer): string[] {
  for (let at = directory.indexOf(mark.names); at >= 0; at = directory.indexOf(mark.names, at + 1)) {
    const cursor = { at: at + 1 }
    const length = readNumber(directory, cursor)
    const end = cursor.at + length
    if (length < 5 || length % 2 === 0 || end > directory.length || directory[cursor.at] !== mark.end)
      continue
    if (directory[end - 1] !== 0 || directory[end - 2] !== 0) continue
    const names = directory.toString('utf16le', cursor.at + 1, end - 2).split('\0')
    if (names.every((each) => each.length > 0 && each.length < 1000)) return names.slice(0, 10_000)
  }
  return []
}

/** The first byte tells by its leading ones how many bytes follow. */
function readNumber(bytes: Buffer, cursor: { at: number }): number {
  const first = bytes[cursor.at++] ?? 0
  let value = 0
  let mask = 0x80
  for (let each = 0; each < 8; each++) {
    if ((first & mask) === 0) return value + (first & (mask - 1)) * 2 ** (8 * each)
    value += (bytes[cursor.at++] ?? 0) * 2 ** (8 * each)
    mask >>= 1
  }
  return value
}

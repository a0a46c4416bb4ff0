import { listArj } from './arj.ts'
import { listSevenZip } from './seven-zip.ts'

/** What the directory of an archive tells without unpacking anything. */
export interface ArchiveList {
  readonly files: readonly { readonly name: string; readonly size: number }[]
  /** Files in it, or its directory itself, can only be read with a password. */
  readonly encrypted: boolean
}

const mostBlocks = 10_000

/** Names in an archive without unpacking it, as far as they are to be read: RAR, CAB, 7z, ARJ. */
export function listArchive(bytes: Buffer, kind: string): ArchiveList {
  if (kind === 'rar') return bytes[6] === 1 ? listRar5(bytes) : listRar4(bytes)
  if (kind === 'cab') return listCab(bytes)
  if (kind === 'arj') return listArj(bytes)
  return kind === '7z' ? listSevenZip(bytes) : { files: [], encrypted: false }
}

function listRar4(bytes: Buffer): ArchiveList {
  const files: { name: string; size: number }[] = []
  let encrypted = false
  for (let at = 7, blocks = 0; at + 7 <= bytes.length && blocks < mostBlocks; blocks++) {
    const type = bytes[at + 2]!
    const flags = bytes.readUInt16LE(at + 3)
    // The headers of the archive, or this file, are encrypted.
    if ((type === 0x73 && flags & 0x80) || (type === 0x74 && flags & 0x04)) encrypted = true
    if (type === 0x73 && flags & 0x80) break
    if (type === 0x74 && at + 32 <= bytes.length) {
      const name = at + (flags & 0x100 ? 40 : 32)
      files.push({
        name: readName(bytes.subarray(name, name + bytes.readUInt16LE(at + 26))),
        size: bytes.readUInt32LE(at + 11),
      })
    }
    const data = (flags & 0x8000 || type === 0x74) && at + 11 <= bytes.length ? bytes.readUInt32LE(at + 7) : 0
    at += Math.max(7, bytes.readUInt16LE(at + 5)) + data
  }
  return { files, encrypted }
}

function listRar5(bytes: Buffer): ArchiveList {
  const files: { name: string; size: number }[] = []
  let encrypted = false
  for (let at = 8, blocks = 0; at + 7 <= bytes.length && blocks < mostBlocks; blocks++) {
    const cursor = { at: at + 4 }
    const size = readVint(bytes, cursor)
    const body = cursor.at
    const type = readVint(bytes, cursor)
    const flags = readVint(bytes, cursor)
    const extra = flags & 1 ? readVint(bytes, cursor) : 0
    const data = flags & 2 ? readVint(bytes, cursor) : 0
    // All that follows is encrypted.
    if (type === 4) return { files, encrypted: true }
    if (type === 2) {
      files.push(readRar5File(bytes, cursor))
      if (extra > 0 && hasEncryptionRecord(bytes, body + size - extra, body + size)) encrypted = true
    }
    at = body + size + data
  }
  return { files, encrypted }
}

function readRar5File(bytes: Buffer, cursor: { at: number }): { name: string; size: number } {
  const flags = readVint(bytes, cursor)
  const size = readVint(bytes, cursor)
  readVint(bytes, cursor)
  cursor.at += (flags & 2 ? 4 : 0) + (flags & 4 ? 4 : 0)
  readVint(bytes, cursor)
  readVint(bytes, cursor)
  const length = readVint(bytes, cursor)
  return { name: readName(bytes.subarray(cursor.at, cursor.at + Math.min(length, 4096))), size }
}

function hasEncryptionRecord(bytes: Buffer, start: number, end: number): boolean {
  const cursor = { at: start }
  while (cursor.at > 0 && cursor.at < Math.min(end, bytes.length)) {
    const size = readVint(bytes, cursor)
    const next = cursor.at + size
    if (readVint(bytes, cursor) === 1) return true
    cursor.at = Math.max(next, cursor.at)
  }
  return false
}

/** Seven bits a byte, lowest first; at most 5 bytes are of use here. */
function readVint(bytes: Buffer, cursor: { at: number }): number {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[cursor.at++] ?? 0
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  return value
}

function listCab(bytes: Buffer): ArchiveList {
  const files: { name: string; size: number }[] = []
  if (bytes.length < 36) return { files, encrypted: false }
  let at = bytes.readUInt32LE(16)
  for (
    let left = bytes.readUInt16LE(28);
    left > 0 && at + 17 <= bytes.length && files.length < mostBlocks;
    left--
  ) {
    const end = bytes.indexOf(0, at + 16)
    if (end < 0 || end - at > 4096) break
    files.push({ name: readName(bytes.subarray(at + 16, end)), size: bytes.readUInt32LE(at) })
    at = end + 1
  }
  return { files, encrypted: false }
}

/** Up to a zero: RAR 4 puts the name in other letters behind it. */
function readName(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
}

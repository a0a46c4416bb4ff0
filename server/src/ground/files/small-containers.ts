import type { Insight } from './file-sign.ts'

const noFiles: Insight['files'] = []

/** Files within a OneNote section: each behind a fixed id and its length (MS-ONESTORE, 2.6.13). */
export function readOneNote(bytes: Buffer): Insight['files'] {
  const files: { name: string; bytes: Buffer }[] = []
  const mark = Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex')
  let at = bytes.indexOf(mark)
  while (at >= 0 && at + 36 <= bytes.length && files.length < 200) {
    const length = bytes.readUInt32LE(at + 16)
    files.push({ name: '', bytes: bytes.subarray(at + 36, Math.min(bytes.length, at + 36 + length)) })
    at = bytes.indexOf(mark, at + 36)
  }
  return files
}

const [attachmentData, attachmentTitle] = [0x800f, 0x8010]

/** Attachments in the winmail.dat of Outlook (MS-OXTNEF): title and data, one after the other. */
export function readTnef(bytes: Buffer): Insight['files'] {
  if (bytes.length < 6) return noFiles
  const files: { name: string; bytes: Buffer }[] = []
  let pending: Buffer | null = null
  for (let at = 6; at + 9 <= bytes.length && files.length < 200; ) {
    const id = bytes.readUInt16LE(at + 1)
    const length = bytes.readUInt32LE(at + 5)
    const value = bytes.subarray(at + 9, Math.min(bytes.length, at + 9 + length))
    if (id === attachmentData) {
      if (pending) files.push({ name: '', bytes: pending })
      pending = value
    } else if (id === attachmentTitle) {
      const end = value.indexOf(0)
      files.push({
        name: value.toString('latin1', 0, end < 0 ? value.length : end),
        bytes: pending ?? Buffer.alloc(0),
      })
      pending = null
    }
    at += 9 + length + 2
  }
  if (pending) files.push({ name: '', bytes: pending })
  return files
}

/** Address in a shortcut file of Windows, which is a text; null where there is none. */
export function readShortcut(bytes: Buffer): string | null {
  const text = bytes.toString('latin1', 0, 8192)
  if (!/^\s{0,20}\[InternetShortcut/i.test(text)) return null
  return /^\s{0,20}URL\s?=\s?([^\r\n]{1,4096})/im.exec(text)?.[1]?.trim() ?? null
}

/**
 * Whether an archive of a kind that we do not unpack asks for a password, as far as its head says without unpacking:
 * RAR in both forms, and 7z whose directory is encrypted too.
 */
export function asksForPassword(bytes: Buffer, kind: string): boolean {
  if (kind === '7z') return has7zAes(bytes)
  if (kind !== 'rar') return false
  return bytes[6] === 1 ? isRar5Encrypted(bytes) : isRar4Encrypted(bytes)
}

/** The id of the AES coder stands in the head where that is not packed itself. */
function has7zAes(bytes: Buffer): boolean {
  if (bytes.length < 32) return false
  const start = 32 + Number(bytes.readBigUInt64LE(12))
  return bytes.subarray(start, start + (1 << 16)).includes(Buffer.from('06f10701', 'hex'))
}

function isRar4Encrypted(bytes: Buffer): boolean {
  for (let at = 7, blocks = 0; at + 7 <= bytes.length && blocks < 10_000; blocks++) {
    const type = bytes[at + 2]!
    const flags = bytes.readUInt16LE(at + 3)
    // Of the archive: its headers are encrypted; of a file: this one is.
    if ((type === 0x73 && flags & 0x80) || (type === 0x74 && flags & 0x04)) return true
    const data = flags & 0x8000 && at + 11 <= bytes.length ? bytes.readUInt32LE(at + 7) : 0
    at += Math.max(7, bytes.readUInt16LE(at + 5)) + data
  }
  return false
}

function isRar5Encrypted(bytes: Buffer): boolean {
  for (let at = 8, blocks = 0; at + 7 <= bytes.length && blocks < 10_000; blocks++) {
    const cursor = { at: at + 4 }
    const size = readVint(bytes, cursor)
    const body = cursor.at
    const type = readVint(bytes, cursor)
    if (type === 4) return true
    const flags = readVint(bytes, cursor)
    const extra = flags & 1 ? readVint(bytes, cursor) : 0
    const data = flags & 2 ? readVint(bytes, cursor) : 0
    if (type === 2 && extra > 0 && hasEncryptionRecord(bytes, body + size - extra, body + size)) return true
    at = body + size + data
  }
  return false
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

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

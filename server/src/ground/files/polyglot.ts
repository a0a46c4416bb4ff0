import type { FileType } from './file-type.ts'

/** Beginnings of what people hide behind a picture or a PDF. */
const hidden = ['526172211a07', '377abcaf271c'].map((each) => Buffer.from(each, 'hex'))
const endOfZip = Buffer.from('504b0506', 'hex')
/** The end of a zip stands in the last 64 KiB; archivers look for the beginning of others no farther than this. */
const longestTail = 70 << 10
const farthest = 2 << 20
const scripts = /<(?:script|hta:application)\b/i

/** Another file in one that shows something harmless. */
export interface Hidden {
  /** An archive that begins there; null where a script stands in front or behind. */
  readonly archive: Buffer | null
}

/**
 * A second file in a picture, film, sound or PDF: an archive behind it, which archivers open all the same, or a script
 * around it, which runs where the file is called a page. Null where there is none.
 */
export function findHidden(bytes: Buffer, { name, family }: FileType): Hidden | null {
  const isShown = name === 'pdf' || family === 'media' || (family === 'image' && name !== 'svg')
  if (!isShown) return null
  const tail = Math.max(0, bytes.length - longestTail)
  const found = bytes.subarray(tail).lastIndexOf(endOfZip)
  const end = found < 0 ? -1 : tail + found
  // The directory of an archive ends the file, but for a comment.
  if (end > 0 && end + 22 <= bytes.length && end + 22 + bytes.readUInt16LE(end + 20) >= bytes.length - 4096) {
    const start = bytes.indexOf('504b0304', 0, 'hex')
    if (start > 0 && bytes.readUInt16LE(end + 10) > 0) return { archive: bytes.subarray(start) }
  }
  for (const mark of hidden) {
    const start = bytes.subarray(0, farthest).indexOf(mark)
    if (start > 0) return { archive: bytes.subarray(start) }
  }
  const before = name === 'pdf' ? bytes.toString('latin1', 0, Math.max(0, bytes.indexOf('%PDF-'))) : ''
  if (scripts.test(before)) return { archive: null }
  return family === 'image' && scripts.test(bytes.toString('latin1', Math.max(0, bytes.length - 65_536)))
    ? { archive: null }
    : null
}

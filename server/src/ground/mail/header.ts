import { trimBlanks } from './blanks.ts'

/** One header field of a message, as bytes in place (RFC 5322, 2.2). */
export interface HeaderField {
  /** Field name in lower case. */
  readonly name: string
  /** The field as it stands, folding included, without its last line end; bytes as latin1 code units. */
  readonly raw: string
  /** Offset of the first byte of the field in the message. */
  readonly start: number
  /** Offset after the last line end of the field. */
  readonly end: number
}

export interface Header {
  readonly fields: HeaderField[]
  /** Offset of the first byte of the body: after the empty line, or the end of the message. */
  readonly bodyStart: number
  readonly defects: HeaderDefect[]
}

export type HeaderDefect =
  /** A line that is no field; it ends the header (RFC 5322 allows none). */
  | 'line-without-field-name'
  /** The line that mailbox files begin messages with stands before the header. */
  | 'mbox-line'

const cr = 13
const lf = 10

/**
 * Splits the header of a message into its fields. Linear in its size; never throws.
 * Line ends may be CRLF or LF alone. A line that is neither a field nor folding ends the header,
 * so that everything after it counts as body, as receivers would see it.
 * @param bytes the message, or at least its whole header
 */
export function parseHeader(bytes: Buffer): Header {
  const fields: HeaderField[] = []
  const defects: HeaderDefect[] = []
  let at = skipMboxLine(bytes, defects)
  while (at < bytes.length) {
    const empty = lengthOfEmptyLine(bytes, at)
    if (empty > 0) return { fields, bodyStart: at + empty, defects }
    const colon = findFieldColon(bytes, at, bytes.length)
    if (colon < 0) {
      defects.push('line-without-field-name')
      return { fields, bodyStart: at, defects }
    }
    const end = endOfField(bytes, at)
    const raw = bytes.toString('latin1', at, withoutLineEnd(bytes, at, end))
    fields.push({ name: trimBlanks(raw.slice(0, colon - at)).toLowerCase(), raw, start: at, end })
    at = end
  }
  return { fields, bodyStart: bytes.length, defects }
}

/**
 * The value of a field: after the colon, unfolded, without blanks around it; latin1 code units.
 * Only the blanks of RFC 5322 go: the byte A0 may be the end of a character in UTF-8.
 */
export function fieldValue(field: HeaderField): string {
  const value = trimBlanks(field.raw.slice(field.raw.indexOf(':') + 1))
  return value.includes('\n') ? value.replace(/\r?\n(?=[ \t])/g, '') : value
}

/** The first field of a name (given in lower case), or undefined. */
export function findField(fields: readonly HeaderField[], name: string): HeaderField | undefined {
  return fields.find((field) => field.name === name)
}

function lengthOfEmptyLine(bytes: Buffer, at: number): number {
  if (bytes[at] === lf) return 1
  return bytes[at] === cr && bytes[at + 1] === lf ? 2 : 0
}

/**
 * Offset of the colon of a field that starts at `at`, or -1 where none starts there.
 * Blanks before the colon are obsolete (RFC 5322, 4.5) but met.
 */
export function findFieldColon(bytes: Buffer, at: number, end: number): number {
  let i = at
  while (i < end && isNameByte(bytes[i] ?? 0)) i++
  if (i === at) return -1
  while (i < end && (bytes[i] === 32 || bytes[i] === 9)) i++
  return i < end && bytes[i] === 58 ? i : -1
}

/**
 * Whether the line at `at` is the `From ` line of a mailbox file (RFC 4155). Receivers pass over it when it comes
 * first; if it ended the header here, a sender could hide the whole header from checks by it.
 */
export function isMboxLine(bytes: Buffer, at: number, end: number): boolean {
  const name = at + (bytes[at] === 62 ? 1 : 0)
  return (
    name + 5 <= end &&
    bytes.toString('latin1', name, name + 5) === 'From ' &&
    findFieldColon(bytes, at, end) < 0
  )
}

function skipMboxLine(bytes: Buffer, defects: HeaderDefect[]): number {
  if (bytes[0] !== 62 && bytes[4] !== 32) return 0
  const line = bytes.indexOf(lf)
  const end = line < 0 ? bytes.length : line + 1
  if (!isMboxLine(bytes, 0, end)) return 0
  defects.push('mbox-line')
  return end
}

function isNameByte(byte: number): boolean {
  return byte > 32 && byte < 127 && byte !== 58
}

function endOfField(bytes: Buffer, at: number): number {
  let end = at
  do {
    const line = bytes.indexOf(lf, end)
    if (line < 0) return bytes.length
    end = line + 1
  } while (bytes[end] === 32 || bytes[end] === 9)
  return end
}

function withoutLineEnd(bytes: Buffer, start: number, end: number): number {
  if (end > start && bytes[end - 1] === lf) end -= 1
  if (end > start && bytes[end - 1] === cr) end -= 1
  return end
}

import { type ByteEdit, replaceBytes } from '#ground/mail/byte-edits.ts'
import { findField, type HeaderField, parseHeader } from '#ground/mail/header.ts'
import type { MimePart } from '#ground/mail/mime.ts'

/** What the header of a part is to say from now on; null: as before. */
export interface Label {
  readonly charset: string | null
  readonly encoding: string | null
}

/** Changes in the header of a part, so that it says what its body has become. */
export function labelPart(part: MimePart, header: Buffer, { charset, encoding }: Label): ByteEdit[] {
  const { fields } = parseHeader(header)
  const missing: string[] = []
  const edits: ByteEdit[] = []
  const put = (name: string, make: (field: HeaderField) => string, otherwise: string) => {
    const field = findField(fields, name)
    if (!field) missing.push(otherwise)
    else {
      const start = part.headerStart + field.start
      edits.push(replaceBytes(start, start + field.raw.length, Buffer.from(make(field), 'latin1')))
    }
  }
  if (charset !== null) {
    const plain = `Content-Type: ${part.type}; charset=${charset}`
    put('content-type', (field) => withCharset(field.raw, charset), plain)
  }
  if (encoding !== null) {
    const line = `Content-Transfer-Encoding: ${encoding}`
    put('content-transfer-encoding', () => line, line)
  }
  if (part.depth === 0 && !findField(fields, 'mime-version')) missing.push('MIME-Version: 1.0')
  if (missing.length > 0) edits.push(insertFields(part, header, fields, missing))
  return edits
}

function insertFields(
  { headerStart }: MimePart,
  header: Buffer,
  [first]: readonly HeaderField[],
  lines: readonly string[],
): ByteEdit {
  const at = headerStart + (first?.start ?? 0)
  // A part that begins with its body has no empty line either.
  const end = header.length === 0 ? '\r\n' : ''
  return replaceBytes(at, at, Buffer.from(`${lines.join('\r\n')}\r\n${end}`))
}

const charsetParameter = /;[ \t\r\n]*charset[ \t]*=[ \t]*(?:"[^"]*"|[^\s;"]*)/i

function withCharset(raw: string, charset: string): string {
  const parameter = `; charset=${charset}`
  return charsetParameter.test(raw) ? raw.replace(charsetParameter, parameter) : `${raw}${parameter}`
}

import { fieldValue, type HeaderField, parseHeader } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'

/** Groups of fields parted by empty lines, as machine-readable parts of reports have them (RFC 3464, 2.1). */
export function readFieldGroups(bytes: Buffer, most: number): HeaderField[][] {
  const groups: HeaderField[][] = []
  for (const block of bytes
    .toString('latin1')
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)) {
    if (groups.length >= most) break
    if (block.trim() === '') continue
    const { fields } = parseHeader(
      Buffer.from(`${block.replace(/^\n+/, '').replace(/\n/g, '\r\n')}\r\n\r\n`, 'latin1'),
    )
    if (fields.length > 0) groups.push([...fields])
  }
  return groups
}

/** All values of a field, decoded, on one line each. */
export function valuesOf(fields: readonly HeaderField[], name: string): string[] {
  return fields
    .filter((each) => each.name === name)
    .slice(0, 100)
    .map((each) => decodeHeaderText(fieldValue(each)).replace(/\s+/g, ' ').trim().slice(0, 2000))
}

export function firstOf(fields: readonly HeaderField[], name: string): string | null {
  return valuesOf(fields, name)[0] ?? null
}

/** What follows the type in `rfc822; a@b`, without angle brackets; an address keeps its case. */
export function afterType(value: string | null): string | null {
  if (value === null) return null
  const at = value.indexOf(';')
  return (at < 0 ? value : value.slice(at + 1)).trim().replace(/^<(.*)>$/, '$1')
}

import { trimBlanks } from '#ground/mail/blanks.ts'

/** The tags of a tag-list by name, as written but for the blanks around name and value. */
export type TagList = ReadonlyMap<string, string>

const name = /^[A-Za-z][A-Za-z0-9_]*$/
/** Tags of one list; a signature has about a dozen. */
const maxTags = 200

/**
 * Reads a tag-list (RFC 6376, 3.2): `v=1; a=rsa-sha256; ...`. Names are compared with case, and a tag
 * that stands twice makes the whole list invalid.
 * @returns null where the list breaks the syntax
 */
export function parseTagList(text: string): TagList | null {
  const parts = text.split(';')
  // One semicolon may stand at the end; an empty tag anywhere else is an error.
  if (parts.length > 1 && trimBlanks(parts.at(-1) ?? '') === '') parts.pop()
  return parts.length > maxTags ? null : readTags(parts)
}

/**
 * Reads a tag-list as key records have it in practice: empty tags, as in `p=...;;`, are passed over.
 * Otherwise as parseTagList.
 */
export function parseKeyTagList(text: string): TagList | null {
  return readTags(text.split(';').filter((part) => trimBlanks(part) !== ''))
}

/** The value of a tag without any blanks, as for base64 and lists of names. */
export function withoutBlanks(value: string): string {
  return value.replace(/[ \t\r\n]+/g, '')
}

function readTags(parts: readonly string[]): TagList | null {
  const tags = new Map<string, string>()
  for (const part of parts) {
    const equals = part.indexOf('=')
    if (equals < 0) return null
    const key = trimBlanks(part.slice(0, equals))
    if (!name.test(key) || tags.has(key)) return null
    tags.set(key, trimBlanks(part.slice(equals + 1)))
  }
  return tags
}

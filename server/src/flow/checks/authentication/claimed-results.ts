import type { HeaderField } from '#ground/mail/header.ts'

/**
 * Whether an Authentication-Results field speaks in our name (RFC 8601, 5): whoever believes us would believe
 * it, so it must not get in from outside. Case, comments, quotes, folding and a version make no difference.
 * @param host our authserv-id
 */
export function claimsToBeOurs(field: HeaderField, host: string): boolean {
  if (field.name !== 'authentication-results') return false
  const text = field.raw.slice(field.raw.indexOf(':') + 1)
  const start = skipComments(text, 0)
  return readId(text, start).toLowerCase() === host.toLowerCase()
}

/** The authserv-id at an offset: a word up to a blank, comment, slash or semicolon, or a quoted text. */
function readId(text: string, start: number): string {
  if (text[start] !== '"') return /^[^\s;()/]*/.exec(text.slice(start))?.[0] ?? ''
  let id = ''
  for (let i = start + 1; i < text.length && text[i] !== '"'; i++) {
    if (text[i] === '\\') i++
    id += text[i] ?? ''
  }
  return id
}

/** The offset after blanks and comments, which nest (RFC 5322, 3.2.2). */
function skipComments(text: string, start: number): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const character = text[i] ?? ''
    if (character === '\\' && depth > 0) i++
    else if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth === 0 && !/\s/.test(character)) return i
  }
  return text.length
}

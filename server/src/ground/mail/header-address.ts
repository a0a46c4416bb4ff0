import { trimBlanks } from './blanks.ts'
import { decodeUndeclared } from './charset.ts'
import { endOfComment } from './quoted-text.ts'

const maxAddress = 1000

/**
 * Reads one `local@domain` of a header field (latin1 code units); comments, and blanks around `@`
 * and dots, are dropped (RFC 5322, 4.4). Null for what cannot be an address.
 */
export function readAddress(text: string): string | null {
  if (text.length > maxAddress * 4) return null
  const address = text.includes('"') ? trimBlanks(text) : joinAroundDots(withoutComments(text))
  const at = address.lastIndexOf('@')
  if (at <= 0 || address.length > maxAddress) return null
  const local = trimBlanks(address.slice(0, at))
  const domain = trimBlanks(address.slice(at + 1))
  if (
    !/^(?:"[^\r\n]*"|[^\s"(),:;<>[\]]+)$/.test(local) ||
    !/^(?:\[[^\s[\]]+\]|[^\s"(),:;<>@[\]]+)$/.test(domain)
  )
    return null
  return decodeUndeclared(`${local}@${domain}`)
}

/** The address that an entry without angle brackets ends with, and what stands before it. */
export function lastAddress(text: string): { address: string | null; before: string } {
  const whole = readAddress(text)
  if (whole !== null) return { address: whole, before: '' }
  const joined = text.includes('"') ? text : joinAroundDots(text)
  const at = joined.lastIndexOf('@')
  let start = at
  if (joined[start - 1] === '"') start = Math.max(0, joined.lastIndexOf('"', start - 2))
  while (start > 0 && !/\s/.test(joined[start - 1]!)) start--
  let end = at
  while (end < joined.length && !/\s/.test(joined[end]!)) end++
  return { address: readAddress(joined.slice(start, end)), before: joined.slice(0, start) }
}

function withoutComments(text: string): string {
  let result = ''
  let at = 0
  for (let open = text.indexOf('('); open >= 0; open = text.indexOf('(', at)) {
    const end = endOfComment(text, open + 1)
    if (end < 0) break
    result += text.slice(at, open)
    at = end + 1
  }
  return result + text.slice(at)
}

/** In two steps, because one pattern for both would be quadratic on long runs of blanks. */
function joinAroundDots(text: string): string {
  return /[ \t\r\n]/.test(text)
    ? trimBlanks(text.replace(/[ \t\r\n]+/g, ' ').replace(/ ?([@.]) ?/g, '$1'))
    : text
}

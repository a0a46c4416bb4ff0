import { isAddressLiteral, isAsciiDomain, normaliseDomain, toAsciiDomain } from './domain.ts'

/** The two sides of an address as they were written. */
export interface Mailbox {
  /** Quotes and backslashes are kept where it came quoted. */
  readonly local: string
  /** Empty for `postmaster` without a domain (RFC 5321, 4.1.1.3). */
  readonly domain: string
}

export interface NormalAddress {
  /** Local part as given, domain normalised. */
  readonly address: string
  readonly local: string
  readonly domain: string
  /** What addresses are compared by: all in lower case, a local part that needs no quotes without them. */
  readonly lookupKey: string
}

const atext = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
const utf8Text = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u00a0-\\u{10ffff}-]"
const dotString = new RegExp(`^${atext}+(?:\\.${atext}+)*$`)
const dotStringUtf8 = new RegExp(`^${utf8Text}+(?:\\.${utf8Text}+)*$`, 'u')
const quotedString = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/
const quotedStringUtf8 = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u00a0-\u{10ffff}]|\\[\x20-\x7e])*"$/u

/**
 * Reads the mailbox of an envelope path (RFC 5321, 4.1.2; with `smtputf8` RFC 6531, 3.3), without angle brackets
 * and without a source route. Strict but for underscores in domains. Null for what is none.
 * Lengths are bytes in UTF-8: 64 local part, 255 domain, 254 both.
 */
export function parseMailbox(text: string, options: { readonly smtputf8: boolean }): Mailbox | null {
  if (/^postmaster$/i.test(text)) return { local: text, domain: '' }
  const at = text.startsWith('"') ? endOfQuoted(text) : text.indexOf('@')
  if (at <= 0 || text[at] !== '@' || Buffer.byteLength(text) > 254) return null
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  if (Buffer.byteLength(local) > 64 || !isLocalPart(local, options.smtputf8)) return null
  return isDomain(domain, options.smtputf8) ? { local, domain } : null
}

/** The forms of an address that are stored and compared. Takes what `parseMailbox` takes; never throws. */
export function normaliseAddress(text: string): NormalAddress {
  const at = text.lastIndexOf('@')
  const local = at < 0 ? text : text.slice(0, at)
  const domain = at < 0 ? '' : normaliseDomain(text.slice(at + 1))
  const key = unquote(local).normalize('NFC').toLowerCase()
  return {
    address: domain === '' ? local : `${local}@${domain}`,
    local,
    domain,
    lookupKey: domain === '' ? key : `${key}@${domain}`,
  }
}

/** The domain of an address as it is written, in lower case; of a text that is none all of it. */
export function domainPart(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** Splits `user+tag` (RFC 5233, 1) at the first separator; a local part that begins with it has no tag. */
export function splitTag(
  local: string,
  separator = '+',
): { readonly base: string; readonly tag: string | null } {
  const at = local.startsWith('"') ? -1 : local.indexOf(separator)
  return at > 0
    ? { base: local.slice(0, at), tag: local.slice(at + separator.length) }
    : { base: local, tag: null }
}

/** Offset after the closing quote, or -1. */
function endOfQuoted(text: string): number {
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i + 1
  }
  return -1
}

function isLocalPart(local: string, utf8: boolean): boolean {
  if (!utf8) return dotString.test(local) || quotedString.test(local)
  return local.isWellFormed() && (dotStringUtf8.test(local) || quotedStringUtf8.test(local))
}

function isDomain(domain: string, utf8: boolean): boolean {
  if (isAsciiDomain(domain) || isAddressLiteral(domain)) return true
  return utf8 && /[^\x00-\x7f]/.test(domain) && toAsciiDomain(domain) !== null
}

/** `"bob"` and `bob` are one mailbox (RFC 5321, 4.1.2): without this, quotes would slip past lists of addresses. */
function unquote(local: string): string {
  if (local.length < 2 || !local.startsWith('"') || !local.endsWith('"')) return local
  const bare = local.slice(1, -1).replace(/\\(.)/gs, '$1')
  return dotStringUtf8.test(bare) ? bare : local
}

import { domainToASCII } from 'node:url'
import type { HeaderField } from '#ground/mail/header.ts'
import { normalizeDomainName } from '#ground/platform/dns/domain-name.ts'

/** Author domains judged; a From with more is judged by its first ones and fails nobody else's time. */
const maxDomains = 5
/** A From longer than this is cut; addresses are short, and what is cut could only be more of them. */
const maxLength = 65_536

/** The domains of the From fields, as A-labels in lower case, each once, in order. */
export interface AuthorDomains {
  readonly domains: readonly string[]
  /** What is odd about From, from a closed list; null: one field, every mailbox with a domain. */
  readonly oddity: 'no-from' | 'several-from' | 'no-domain' | 'broken-address' | 'several-domains' | null
}

/**
 * Finds whom a message claims to be from (RFC 9989, 5.3.1). Groups count (RFC 6854), and so does every
 * mailbox of every From field: a reader may be shown any of them. An address that cannot be read clearly
 * gives every domain that it may be taken for.
 */
export function readAuthorDomains(fromFields: readonly HeaderField[]): AuthorDomains {
  const domains = new Set<string>()
  let broken = false
  for (const field of fromFields) {
    const value = field.raw.slice(field.raw.indexOf(':') + 1, maxLength)
    for (const mailbox of splitMailboxes(value)) {
      const found = mailbox.domains.map(readDomain).filter((domain) => domain !== null)
      if (found.length !== 1) broken = true
      for (const domain of found) if (domains.size < maxDomains) domains.add(domain)
    }
  }
  return { domains: [...domains], oddity: oddityOf(fromFields.length, domains.size, broken) }
}

function oddityOf(fields: number, domains: number, broken: boolean): AuthorDomains['oddity'] {
  if (fields === 0) return 'no-from'
  if (fields > 1) return 'several-from'
  if (domains === 0) return 'no-domain'
  if (domains > 1) return 'several-domains'
  return broken ? 'broken-address' : null
}

interface Mailbox {
  readonly domains: string[]
}

/**
 * Reads mailboxes by their structure (RFC 5322, 3.4): quoted texts and comments are passed over, what stands
 * in angle brackets is the address, and else the bare words are. An unclosed quote or comment hides nothing:
 * then the text is read once more without regard to it, as lenient readers do.
 */
function splitMailboxes(value: string): Mailbox[] {
  const strict = scan(value, true)
  return (strict ?? scan(value, false) ?? []).map(domainsOf).filter((each) => each !== null)
}

interface Pieces {
  bare: string
  angle: string | null
}

function scan(value: string, honourQuotes: boolean): Pieces[] | null {
  const mailboxes: Pieces[] = []
  let current: Pieces = { bare: '', angle: null }
  let inAngle = false
  let depth = 0
  for (let i = 0; i < value.length; i++) {
    const character = value[i] ?? ''
    if (honourQuotes && character === '\\' && depth > 0) i++
    else if (honourQuotes && character === '(') depth++
    else if (honourQuotes && character === ')' && depth > 0) depth--
    else if (depth > 0) continue
    else if (honourQuotes && character === '"') {
      const close = endOfQuote(value, i + 1)
      if (close < 0) return null
      // A quoted local part keeps its place without its content: an "@" in it parts nothing.
      if (inAngle) current.angle += '"'
      else current.bare += '"'
      i = close
    } else if (character === '<') {
      inAngle = true
      current.angle = ''
    } else if (character === '>') inAngle = false
    else if (character === ',' && !(inAngle && current.angle?.startsWith('@'))) {
      mailboxes.push(current)
      current = { bare: '', angle: null }
      inAngle = false
    } else if ((character === ':' || character === ';') && !inAngle) {
      // The name of a group ends, or the group itself does.
      if (character === ';') mailboxes.push(current)
      current = { bare: '', angle: null }
    } else if (inAngle) current.angle += character
    else current.bare += character
  }
  mailboxes.push(current)
  return depth > 0 ? null : mailboxes
}

function endOfQuote(value: string, start: number): number {
  for (let i = start; i < value.length; i++) {
    if (value[i] === '\\') i++
    else if (value[i] === '"') return i
  }
  return -1
}

/** The domains that a mailbox may be taken for; null where nothing stands there at all. */
function domainsOf(pieces: Pieces): Mailbox | null {
  if (pieces.angle === null && pieces.bare.trim() === '') return null
  // An old route ("@a,@b:c@d") leads to the address after its colon (RFC 5322, 4.4).
  const address = (pieces.angle ?? pieces.bare).replace(/^\s*@[^:]*:/, '')
  const parts = address.split('@').slice(1)
  return { domains: parts.map((part) => part.replace(/[ \t\r\n]+/g, '')) }
}

/** A domain as an A-label, or null; address literals such as [192.0.2.1] publish no policy. */
function readDomain(text: string): string | null {
  const utf8 = /[^\x00-\x7f]/.test(text) ? domainToASCII(Buffer.from(text, 'latin1').toString()) : text
  if (!/^[A-Za-z0-9._-]+$/.test(utf8)) return null
  return normalizeDomainName(utf8)
}

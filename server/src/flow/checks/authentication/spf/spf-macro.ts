import type { ClientAddress } from './client-address.ts'

/** What macros stand for (RFC 7208, 7.2). */
export interface MacroValues {
  readonly localPart: string
  readonly senderDomain: string
  /** The domain whose record is evaluated at the moment. */
  readonly domain: string
  readonly helo: string
  readonly client: ClientAddress
  /** The host that does the checking; only explanations may name it. */
  readonly receiver: string
  readonly nowSeconds: number
}

/** The slow macro: a name of the client that its address confirms, looked up only when a record asks for it. */
export type ValidatedName = (domain: string) => Promise<string>

const expand = String.raw`%\{[slodiphv]\d*r?[.\-+,/_=]*\}`
const expandInText = String.raw`%\{[slodiphvcrt]\d*r?[.\-+,/_=]*\}`
const literal = String.raw`%%|%_|%-|[\x21-\x24\x26-\x7e]`
const macroString = new RegExp(`^(?:${expand}|${literal})*$`, 'i')
const explainString = new RegExp(`^(?:${expandInText}|${literal}| )*$`, 'i')
const macro = /%(?:\{([a-z])(\d*)(r?)([.\-+,/_=]*)\}|([%_-]))/gi
/** "%{d0}" asks for no labels at all: a syntax error. */
const zeroLabels = /%\{[a-z]0+r?[^}]*\}/i

/** Longest name that DNS can hold; longer expansions lose labels from the left (RFC 7208, 7.3). */
const maxName = 253
/** Longest text that is expanded: a record of 64 KB full of macros would become megabytes. */
const maxSpec = 1024

/** Whether a text is a macro-string, as unknown modifiers must be. */
export function isMacroString(text: string): boolean {
  return macroString.test(text) && !zeroLabels.test(text)
}

/** Whether a text is a domain-spec. */
export function isDomainSpec(text: string): boolean {
  return text.length <= maxSpec && isMacroString(text) && endsLikeDomain(text)
}

/**
 * domain-end (RFC 7208, 7.1): a macro, or a dot and a top label that is not all digits. Without a pattern, which
 * would be quadratic on long labels.
 */
function endsLikeDomain(text: string): boolean {
  if (text.endsWith('}')) return true
  const bare = text.endsWith('.') ? text.slice(0, -1) : text
  const dot = bare.lastIndexOf('.')
  const label = bare.slice(dot + 1)
  return dot >= 0 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(label) && !/^\d+$/.test(label)
}

/** Whether a text is an explain-string: macros of the longer list, and blanks. */
export function isExplainString(text: string): boolean {
  return text.length <= maxSpec && explainString.test(text) && !zeroLabels.test(text)
}

/** Expands a domain-spec to a name no longer than DNS allows. */
export async function expandDomain(
  text: string,
  values: MacroValues,
  validatedName: ValidatedName,
): Promise<string> {
  if (!text.includes('%')) return text
  const name = (await expandText(text, values, validatedName)).replace(/\.$/, '')
  if (name.length <= maxName) return name
  const tail = name.slice(-maxName - 1)
  return tail.slice(tail.indexOf('.') + 1)
}

/** Expands a macro-string or explain-string. */
export async function expandText(
  text: string,
  values: MacroValues,
  validatedName: ValidatedName,
): Promise<string> {
  const confirmed = /%\{p/i.test(text) ? await validatedName(values.domain) : ''
  return text.replace(
    macro,
    (_whole, letter: string, digits: string, reverse: string, delimiters: string, special: string) => {
      if (letter === undefined) return special === '%' ? '%' : special === '_' ? ' ' : '%20'
      const value = valueFor(letter.toLowerCase(), values, confirmed)
      const kept = transform(value, digits, reverse !== '', delimiters)
      // An upper-case letter asks for URL escaping (RFC 7208, 7.3).
      return letter === letter.toUpperCase() ? escapeUrl(kept) : kept
    },
  )
}

function transform(value: string, digits: string, reverse: boolean, delimiters: string): string {
  if (digits === '' && !reverse && delimiters === '') return value
  const parts = splitAt(value, delimiters === '' ? '.' : delimiters)
  if (reverse) parts.reverse()
  return parts.slice(digits === '' ? 0 : -Number(digits)).join('.')
}

function splitAt(value: string, delimiters: string): string[] {
  const parts = ['']
  for (const character of value) {
    if (delimiters.includes(character)) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}

function valueFor(letter: string, values: MacroValues, confirmed: string): string {
  const { client } = values
  if (letter === 's') return `${values.localPart}@${values.senderDomain}`
  if (letter === 'l') return values.localPart
  if (letter === 'o') return values.senderDomain
  if (letter === 'd') return values.domain
  if (letter === 'i') return client.version === 4 ? client.text : nibbles(client.bytes)
  if (letter === 'p') return confirmed
  if (letter === 'v') return client.version === 4 ? 'in-addr' : 'ip6'
  if (letter === 'h') return values.helo
  if (letter === 'c') return client.text
  if (letter === 'r') return values.receiver
  return String(values.nowSeconds)
}

function nibbles(bytes: Uint8Array): string {
  return [...Buffer.from(bytes).toString('hex').toUpperCase()].join('.')
}

/** RFC 3986, 2.3: all but unreserved characters are escaped; encodeURIComponent leaves five more. */
function escapeUrl(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** The name under which the pointer of an address stands in DNS. */
export function reverseName(client: ClientAddress): string {
  if (client.version === 4) return `${[...client.bytes].reverse().join('.')}.in-addr.arpa`
  return `${nibbles(client.bytes).split('.').reverse().join('.')}.ip6.arpa`
}

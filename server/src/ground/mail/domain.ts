import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'

/**
 * Underscores are beyond RFC 1035, but stand in names of real mail hosts, which would be lost by refusing them.
 */
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i

/**
 * Whether a text is the domain of an address in ASCII: labels of letters, digits and hyphens (A-labels are such),
 * 253 bytes at most as DNS has it, no dot at the end, last label not all digits.
 */
export function isAsciiDomain(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false
  const labels = text.split('.')
  return labels.every((each) => label.test(each)) && !/^\d+$/.test(labels.at(-1)!)
}

/** Whether a text is an address literal of RFC 5321, 4.1.3: `[192.0.2.1]` or `[IPv6:2001:db8::1]`. */
export function isAddressLiteral(text: string): boolean {
  if (!text.startsWith('[') || !text.endsWith(']')) return false
  const inner = text.slice(1, -1)
  if (/^ipv6:/i.test(inner)) return !inner.includes('%') && isIPv6(inner.slice(5))
  return isIPv4(inner)
}

/**
 * A domain as it is compared and asked for: lower case, U-labels as A-labels (RFC 5890), no dot at the end.
 * What is no domain at all comes back in lower case.
 */
export function normaliseDomain(domain: string): string {
  const bare = (domain.endsWith('.') ? domain.slice(0, -1) : domain).toLowerCase()
  if (/^[\x00-\x7f]*$/.test(bare)) return bare
  return toAsciiDomain(bare) ?? bare
}

/**
 * The A-label form of a domain with U-labels, or null where it has none.
 * The host parser behind `domainToASCII` also unescapes %41, reads 0x7f.1 as an address and lets hyphens stand at the
 * ends of labels; such results are no domains of letters and are refused here.
 */
export function toAsciiDomain(domain: string): string | null {
  if (domain.length > 255 || !domain.isWellFormed() || /[\x00-\x20%/\\?#@:[\]\x7f]/.test(domain)) return null
  if (/^-|\.-|-\.|-$/.test(domain)) return null
  const ascii = domainToASCII(domain)
  return isAsciiDomain(ascii) ? ascii : null
}

import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { ipNibbles } from '#ground/mail/ip-nibbles.ts'
import type { DnsAnswer } from '#ground/platform/dns/resolver.ts'

/** What a list said about one thing. */
export type ListAnswer =
  | { readonly kind: 'listed'; readonly codes: readonly string[] }
  | { readonly kind: 'not-listed' }
  /** It does not answer us: too many questions, an open resolver, no contract. Says nothing about what was asked. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly why: string }

/**
 * The name that a list is asked for an address (RFC 5782, 2.1 and 2.4): bytes or nibbles backwards. Null for what is
 * no address. An IPv4 address in IPv6 clothing is asked for as the IPv4 address that it is.
 */
export function addressQuery(ip: string, zone: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  const v4 = mapped ?? ip
  if (isIPv4(v4)) return `${v4.split('.').reverse().join('.')}.${zone}`
  return isIPv6(ip) ? `${ipNibbles(ip).reverse().join('.')}.${zone}` : null
}

/** The name that a list of domains is asked for (RFC 5782, 2.3); null where DNS has no such name. */
export function domainQuery(domain: string, zone: string): string | null {
  const ascii = domainToASCII(domain).toLowerCase()
  // What looks like an address is no domain; lists of domains answer such questions with an error.
  return ascii === '' || /^[\d.]+$|[:[\]]/.test(ascii) ? null : `${ascii}.${zone}`
}

/** What an answer means. Only 127.0.0.0/8 says "listed" (RFC 5782, 2.1); 127.255.255.0/24 is where lists refuse. */
export function readListAnswer(answer: DnsAnswer<'A'>): ListAnswer {
  if ('reason' in answer) return { kind: 'failed', why: answer.reason }
  if (answer.status !== 'found') return { kind: 'not-listed' }
  const odd = answer.records.find((each) => !each.startsWith('127.') || each.startsWith('127.255.255.'))
  if (odd !== undefined) return { kind: 'refused', code: odd }
  return answer.records.length === 0 ? { kind: 'not-listed' } : { kind: 'listed', codes: answer.records }
}

import { isIPv4, isIPv6 } from 'node:net'
import { readIp4, readIp6 } from './client-address.ts'
import { isDomainSpec, isMacroString } from './spf-macro.ts'

export type Qualifier = 'pass' | 'fail' | 'softfail' | 'neutral'

/** One mechanism of a record (RFC 7208, 5). */
export interface Mechanism {
  readonly name: 'all' | 'include' | 'a' | 'mx' | 'ptr' | 'ip4' | 'ip6' | 'exists'
  readonly qualifier: Qualifier
  /** The domain-spec as written; null: the current domain. */
  readonly domain: string | null
  /** The network of ip4 and ip6. */
  readonly network: Uint8Array | null
  readonly bits4: number
  readonly bits6: number
  /** As written, for the trace. */
  readonly text: string
}

export interface SpfRecord {
  readonly mechanisms: readonly Mechanism[]
  readonly redirect: string | null
  readonly exp: string | null
}

/** Bound of the memory of parsed records; a record is a few hundred bytes. */
const maxKept = 2000
const kept = new Map<string, SpfRecord | string>()

/** Whether a TXT record is an SPF record: the version and then a blank or the end (RFC 7208, 4.5). */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text)
}

/**
 * Reads a record. A syntax error anywhere makes the whole record invalid (RFC 7208, 4.6), so it is
 * read in full before anything is evaluated.
 * @param text the segments of the TXT record joined, bytes as latin1 code units
 * @returns the record, or what is wrong with it
 */
export function parseSpfRecord(text: string): SpfRecord | string {
  const known = kept.get(text)
  if (known !== undefined) return known
  const record = parse(text)
  if (kept.size >= maxKept) kept.clear()
  kept.set(text, record)
  return record
}

function parse(text: string): SpfRecord | string {
  const mechanisms: Mechanism[] = []
  let redirect: string | null = null
  let exp: string | null = null
  // Blanks part the terms; tabs and other controls are no blanks here (RFC 7208, 4.6.1).
  for (const term of text.split(' ').slice(1)) {
    if (term === '') continue
    const modifier = /^([a-z][a-z0-9._-]*)=(.*)$/is.exec(term)
    if (modifier === null) {
      const mechanism = parseMechanism(term)
      if (mechanism === null) return `${term} is no valid term`
      mechanisms.push(mechanism)
      continue
    }
    const name = modifier[1]?.toLowerCase()
    const value = modifier[2] ?? ''
    if (name !== 'redirect' && name !== 'exp') {
      if (!isMacroString(value)) return `${term} is no valid modifier`
    } else {
      if (!isDomainSpec(value)) return `${term} names no domain`
      // Each of the two may stand once at most (RFC 7208, 6).
      if ((name === 'redirect' ? redirect : exp) !== null) return `${name} stands twice`
      if (name === 'redirect') redirect = value
      else exp = value
    }
  }
  return { mechanisms, redirect, exp }
}

const qualifiers: Readonly<Record<string, Qualifier>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
}
const shape = /^([-+?~]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:([:/])(.*))?$/is
/** dual-cidr-length: no leading zeros but for a bare 0 (RFC 7208, 5.6). */
const dual = /^(.*?)(?:\/(0|[1-9]\d{0,2}))?(?:\/\/(0|[1-9]\d{0,2}))?$/s

function parseMechanism(text: string): Mechanism | null {
  const found = shape.exec(text)
  if (found === null) return null
  const name = (found[2] ?? '').toLowerCase() as Mechanism['name']
  const qualifier = qualifiers[found[1] || '+'] ?? 'pass'
  const base = { name, qualifier, domain: null, network: null, bits4: 32, bits6: 128, text }
  // The argument with the character that starts it: ":domain", "/24", ":domain/24//64" or nothing.
  const argument = found[3] === undefined ? '' : found[3] + (found[4] ?? '')
  if (name === 'all') return argument === '' ? base : null
  if (name === 'ip4' || name === 'ip6') return parseIp(base, argument)
  if (name === 'a' || name === 'mx') return parseDual(base, argument)
  if (name === 'ptr' && argument === '') return base
  return argument.startsWith(':') && isDomainSpec(argument.slice(1))
    ? { ...base, domain: argument.slice(1) }
    : null
}

function parseDual(base: Mechanism, argument: string): Mechanism | null {
  const found = dual.exec(argument)
  const domain = found?.[1] ?? ''
  const bits4 = Number(found?.[2] ?? 32)
  const bits6 = Number(found?.[3] ?? 128)
  if (bits4 > 32 || bits6 > 128) return null
  if (domain === '') return { ...base, bits4, bits6 }
  if (!domain.startsWith(':') || !isDomainSpec(domain.slice(1))) return null
  return { ...base, domain: domain.slice(1), bits4, bits6 }
}

function parseIp(base: Mechanism, argument: string): Mechanism | null {
  const found = /^:([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/s.exec(argument)
  const address = found?.[1] ?? ''
  if (base.name === 'ip4') {
    const bits4 = Number(found?.[2] ?? 32)
    return isIPv4(address) && bits4 <= 32 ? { ...base, network: readIp4(address), bits4 } : null
  }
  const bits6 = Number(found?.[2] ?? 128)
  // A zone index ("fe80::1%eth0") is no part of an address in a record.
  return isIPv6(address) && !address.includes('%') && bits6 <= 128
    ? { ...base, network: readIp6(address), bits6 }
    : null
}

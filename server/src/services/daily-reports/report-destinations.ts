import { domainPart } from '#ground/mail/address.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'

/** Where a report goes: an address, or a page that takes it by POST. */
export type Destination =
  | { readonly kind: 'mail'; readonly address: string }
  | { readonly kind: 'post'; readonly url: string }

/** What an owner of a domain has published about reports; null: he wants none. */
export interface ReportWish {
  readonly destinations: readonly Destination[]
  /** All tags of the record. */
  readonly tags: Readonly<Record<string, string>>
}

/** DNS gives no answer now: whether somebody wants a report is not known. */
export class UnclearWish extends Error {}

/** Places that one report goes to at most. */
const mostDestinations = 2

/** Where TLS reports about a domain go (RFC 8460, 3). @throws UnclearWish */
export async function tlsReportWish(domain: string, resolver: Resolver): Promise<ReportWish | null> {
  const tags = await readRecord(`_smtp._tls.${domain}`, 'TLSRPTv1', resolver)
  if (!tags) return null
  return {
    tags,
    destinations: (tags.rua ?? '').split(',').flatMap(readDestination).slice(0, mostDestinations),
  }
}

/**
 * Where DMARC reports about a domain go (RFC 9990). An address elsewhere must say that it takes them, or anybody could
 * have them sent to anybody.
 * @throws UnclearWish
 */
export async function dmarcReportWish(domain: string, resolver: Resolver): Promise<ReportWish | null> {
  const tags = await readRecord(`_dmarc.${domain}`, 'DMARC1', resolver)
  if (!tags) return null
  const wanted = (tags.rua ?? '').split(',').flatMap(readDestination).slice(0, mostDestinations)
  const destinations: Destination[] = []
  for (const each of wanted)
    if (each.kind === 'mail' && (await takesReportsOn(domain, domainPart(each.address), resolver)))
      destinations.push(each)
  return { tags, destinations }
}

async function takesReportsOn(domain: string, receiver: string, resolver: Resolver): Promise<boolean> {
  const owner = (name: string) => registrableDomain(name)?.domain ?? name
  if (owner(domain) === owner(receiver)) return true
  return (await readRecord(`${domain}._report._dmarc.${receiver}`, 'DMARC1', resolver)) !== null
}

/** The tags of the one record with that version; null: there is none. @throws UnclearWish */
async function readRecord(
  name: string,
  version: string,
  resolver: Resolver,
): Promise<Record<string, string> | null> {
  const answer = await resolver.lookup(name, 'TXT')
  if ('reason' in answer) throw new UnclearWish(`${name}: ${answer.reason}`)
  if (answer.status !== 'found') return null
  const found = answer.records.map((each) => each.join('')).filter((each) => each.startsWith(`v=${version}`))
  const [only] = found
  if (only === undefined || found.length > 1) return null
  const tags: Record<string, string> = {}
  for (const part of only.slice(0, 2000).split(';')) {
    const at = part.indexOf('=')
    if (at > 0) tags[part.slice(0, at).trim().toLowerCase()] ??= part.slice(at + 1).trim()
  }
  return tags.v === version ? tags : null
}

/** One place of a `rua`; what is none is left out. */
function readDestination(text: string): Destination[] {
  const place = text.trim()
  // A limit of size may follow in DMARC: rua=mailto:a@b.example!10m.
  const address = /^mailto:([^!?\s]{1,250}@[A-Za-z0-9.-]{1,250})(?:!\d+[kmgt]?)?$/i.exec(place)?.[1]
  if (address !== undefined) return [{ kind: 'mail', address: decodeSafely(address) }].filter(isAddress)
  return /^https:\/\/[^\s]{1,1000}$/i.test(place) && URL.canParse(place) ? [{ kind: 'post', url: place }] : []
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** It becomes a line of an envelope and of a header. */
function isAddress(place: { address: string }): place is Extract<Destination, { kind: 'mail' }> {
  return /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})$/.test(place.address)
}

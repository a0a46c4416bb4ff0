import { isIP } from 'node:net'
import { type DnsAnswer, isTemporary, type RecordType, type Resolver } from '#ground/platform/dns/resolver.ts'
import { DeliveryFault } from './fault.ts'

export interface MxHost {
  readonly host: string
  readonly ip: string
  readonly preference: number
  /** DNS has proved that it is a server of the domain, and this its address (see dns.validating). */
  readonly isProven: boolean
}

/** Most hosts and addresses that are tried for one domain. */
const mostHosts = 20

/**
 * The servers that take mail for a domain, best first (RFC 5321, 5.1): MX, or the domain's own address where
 * there is none. A null MX (RFC 7505) means that the domain takes no mail. DNS trouble is temporary, always.
 * @throws DeliveryFault no-such-domain, no-mail-here, dns
 */
export async function lookUpMx(domain: string, resolver: Resolver): Promise<MxHost[]> {
  const literal = /^\[(?:IPv6:)?([0-9A-Fa-f:.]+)\]$/.exec(domain)?.[1]
  if (literal !== undefined && isIP(literal) !== 0)
    return [{ host: domain, ip: literal, preference: 0, isProven: false }]
  const answer = await resolver.lookup(domain, 'MX')
  if (isTemporary(answer))
    throw new DeliveryFault('lookup', 'dns', `the MX of ${domain} could not be looked up (${answer.status})`)
  if (answer.status === 'nxdomain')
    throw new DeliveryFault('lookup', 'no-such-domain', `the domain ${domain} does not exist`)
  const records = answer.status === 'found' ? answer.records : [{ preference: 0, exchange: domain }]
  if (records.length === 1 && (records[0]?.exchange === '' || records[0]?.exchange === '.')) {
    throw new DeliveryFault('lookup', 'no-mail-here', `the domain ${domain} takes no mail (null MX)`)
  }
  return resolveHosts(domain, records, resolver, isProof(answer))
}

async function resolveHosts(
  domain: string,
  records: readonly { preference: number; exchange: string }[],
  resolver: Resolver,
  isProven: boolean,
): Promise<MxHost[]> {
  const hosts: MxHost[] = []
  let trouble = false
  const named = records.filter(({ exchange }) => isHost(exchange))
  for (const { preference, exchange } of sortByPreference(named).slice(0, mostHosts)) {
    const { ips, temporary, proven } = await resolveAddresses(exchange, resolver)
    trouble ||= temporary
    for (const ip of ips.slice(0, mostHosts))
      hosts.push({ host: exchange, ip, preference, isProven: isProven && proven })
  }
  if (hosts.length > 0) return hosts.slice(0, mostHosts)
  if (trouble) throw new DeliveryFault('lookup', 'dns', `the servers of ${domain} could not be looked up`)
  // MX names without addresses are more often a mistake being mended than a domain given up.
  throw new DeliveryFault('lookup', 'dns', `the servers of ${domain} have no addresses`)
}

/**
 * Whether a server can have that name: a label of DNS may hold any byte, NUL and line ends included. Underscores are
 * wrong, and in use.
 */
function isHost(name: string): boolean {
  return isIP(name) !== 0 || /^[\w-]+(\.[\w-]+)*\.?$/.test(name)
}

/** By preference, those of one preference in random order, as RFC 5321 asks for spreading the load. */
function sortByPreference<Entry extends { preference: number }>(records: readonly Entry[]): Entry[] {
  return records
    .map((entry) => ({ entry, key: Math.random() }))
    .sort((a, b) => a.entry.preference - b.entry.preference || a.key - b.key)
    .map(({ entry }) => entry)
}

/** IPv4 and IPv6 addresses of a host name or of an address itself. */
export async function resolveAddresses(
  host: string,
  resolver: Resolver,
): Promise<{ ips: string[]; temporary: boolean; proven: boolean }> {
  if (isIP(host) !== 0) return { ips: [host], temporary: false, proven: false }
  if (host === 'localhost') return { ips: ['127.0.0.1'], temporary: false, proven: false }
  const [four, six] = await Promise.all([resolver.lookup(host, 'A'), resolver.lookup(host, 'AAAA')])
  const ips = [
    ...(four.status === 'found' ? four.records : []),
    ...(six.status === 'found' ? six.records : []),
  ]
  return {
    ips,
    temporary: isTemporary(four) || isTemporary(six),
    proven: [four, six].every((each) => isProof(each)),
  }
}

/** Whether DNSSEC stands behind an answer, "there is none" included. */
function isProof(answer: DnsAnswer<RecordType>): boolean {
  return 'secure' in answer && answer.secure === true && !answer.stale
}

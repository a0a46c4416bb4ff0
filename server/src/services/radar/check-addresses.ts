import { isIPv4 } from 'node:net'
import { ipNibbles } from '#ground/mail/ip-nibbles.ts'
import { isTemporary } from '#ground/platform/dns/resolver.ts'
import { type CheckResult, type Fault, fault, judged, recordFault, unknown } from './check-result.ts'
import type { LookParts } from './look-parts.ts'

const mostAddresses = 6
const mostNames = 5

/** Whether each address has a name that leads back to it, as receivers want of those who send. */
export async function checkReverse(ips: readonly string[], parts: LookParts): Promise<CheckResult> {
  if (ips.length === 0) return unknown('reverse-dns', 'no address of a server is known')
  const faults: Fault[] = []
  const found: string[] = []
  let open = 0
  for (const ip of ips.slice(0, mostAddresses)) {
    const { names, isConfirmed } = await namesOf(ip, parts)
    if (names === null || isConfirmed === null) open += 1
    else if (isConfirmed) found.push(`${ip} ${names.join(' ')}`)
    else faults.push(reverseFault(ip, names))
  }
  if (faults.length === 0 && open > 0) return unknown('reverse-dns', 'DNS could not be asked', found)
  return judged('reverse-dns', faults, 'each address has a name that leads back to it', found)
}

function reverseFault(ip: string, names: readonly string[]): Fault {
  return recordFault(
    'reverse-missing',
    names.length === 0 ? `${ip} has no name` : `${ip} is called ${names[0]}, which does not lead back to it`,
    'Ask whoever gave you the address (your provider) to enter its name there; the name must lead back to the address.',
    [reverseNameOf(ip), 'PTR', ''],
  )
}

/** Null: DNS could not be asked. */
async function namesOf(
  ip: string,
  { resolver }: LookParts,
): Promise<{ names: string[] | null; isConfirmed: boolean | null }> {
  const answer = await resolver.lookup(reverseNameOf(ip), 'PTR')
  if (isTemporary(answer)) return { names: null, isConfirmed: null }
  if (answer.status !== 'found') return { names: [], isConfirmed: false }
  const names = answer.records.slice(0, mostNames).map((each) => each.replace(/\.$/, ''))
  let open = false
  for (const name of names) {
    const back = await resolver.lookup(name, isIPv4(ip) ? 'A' : 'AAAA')
    if (isTemporary(back)) open = true
    else if (back.status === 'found' && back.records.some((each) => sameAddress(each, ip)))
      return { names, isConfirmed: true }
  }
  return { names, isConfirmed: open ? null : false }
}

function sameAddress(one: string, other: string): boolean {
  if (isIPv4(one) || isIPv4(other)) return one === other
  return ipNibbles(one).join('') === ipNibbles(other).join('')
}

function reverseNameOf(ip: string): string {
  return isIPv4(ip)
    ? `${ip.split('.').toReversed().join('.')}.in-addr.arpa`
    : `${[...ipNibbles(ip)].toReversed().join('.')}.ip6.arpa`
}

/** Whether blocklists name an address. */
export async function checkBlocklists(ips: readonly string[], parts: LookParts): Promise<CheckResult> {
  if (ips.length === 0) return unknown('blocklists', 'no address of a server is known')
  const faults: Fault[] = []
  let asked = 0
  for (const ip of ips.slice(0, mostAddresses)) {
    const found = await parts.listed(ip)
    asked += found.asked
    for (const each of found.listed)
      faults.push(
        fault(
          'blocklisted',
          `${ip}: ${each}`,
          'Look for what sent spam from this address, stop it, then ask the list to take it off; its page says how.',
        ),
      )
  }
  if (faults.length === 0 && asked === 0)
    return unknown('blocklists', 'no blocklist is asked here, or none answers (sending.blocklists)')
  return judged('blocklists', faults, `${asked} answers, none lists it`, ips.slice(0, mostAddresses))
}

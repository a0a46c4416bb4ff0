import { isIPv4 } from 'node:net'
import { ipNibbles } from '#ground/mail/ip-nibbles.ts'
import { isTemporary, type Resolver } from '#ground/platform/dns/resolver.ts'

/**
 * Whether an address and the name it greets with agree in DNS, as receivers look for it: the address leads to the name,
 * and the name to the address.
 * @returns what is wrong, in words; none: nothing is
 */
export async function checkNames(ip: string, helo: string, resolver: Resolver): Promise<string[]> {
  const wrong: string[] = []
  const back = await resolver.lookup(reverseQuestion(ip), 'PTR')
  const names =
    back.status === 'found' ? back.records.map((each) => each.replace(/\.$/, '').toLowerCase()) : []
  if (isTemporary(back)) wrong.push(`reverse DNS of ${ip} does not answer`)
  else if (names.length === 0) wrong.push(`${ip} has no reverse name; many receivers take no mail then`)
  else if (!names.includes(helo))
    wrong.push(`the reverse name of ${ip} is ${names.slice(0, 3).join(', ').slice(0, 300)}, not ${helo}`)
  const there = await resolver.lookup(helo, isIPv4(ip) ? 'A' : 'AAAA')
  const ips = there.status === 'found' ? there.records : []
  if (isTemporary(there)) wrong.push(`DNS of ${helo} does not answer`)
  else if (!ips.some((each) => isSame(each, ip))) wrong.push(`${helo} does not lead to ${ip}`)
  return wrong
}

function reverseQuestion(ip: string): string {
  return isIPv4(ip)
    ? `${ip.split('.').reverse().join('.')}.in-addr.arpa`
    : `${ipNibbles(ip).reverse().join('.')}.ip6.arpa`
}

function isSame(one: string, other: string): boolean {
  if (isIPv4(one) || isIPv4(other)) return one === other
  return ipNibbles(one).join('') === ipNibbles(other).join('')
}

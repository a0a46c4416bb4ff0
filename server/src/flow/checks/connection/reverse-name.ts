import { isIPv4, isIPv6 } from 'node:net'
import { ipNibbles } from '#ground/mail/ip-nibbles.ts'
import { isTemporary, type Resolver } from '#ground/platform/dns/resolver.ts'

/** What reverse DNS says about a client. `name` is confirmed: it leads back to the address. */
export type ReverseName =
  | { readonly kind: 'confirmed'; readonly name: string }
  | { readonly kind: 'unconfirmed'; readonly name: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly why: string }

/** Names of an address that are looked at; more is odd, and nobody waits for it. */
const mostNames = 4
/** Many reverse zones never answer, and what they would say weighs little: mail does not wait for them. */
const patienceMs = 1000

/**
 * Looks up the names of an address, and whether one of them leads back to it (RFC 8601 calls that iprev). Never takes
 * longer than a second.
 */
export async function reverseName(ip: string, resolver: Resolver): Promise<ReverseName> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<ReverseName>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'unknown', why: 'no answer in time' }), patienceMs)
  })
  return Promise.race([lookUp(ip, resolver), late]).finally(() => clearTimeout(timer))
}

async function lookUp(ip: string, resolver: Resolver): Promise<ReverseName> {
  const question = reverseQuestion(ip)
  if (question === null) return { kind: 'unknown', why: 'the client has no IP address' }
  const names = await resolver.lookup(question, 'PTR')
  if (names.status !== 'found')
    return 'reason' in names ? { kind: 'unknown', why: names.reason } : { kind: 'none' }
  const looked = await Promise.all(
    names.records.slice(0, mostNames).map((name) => leadsBack(name, ip, resolver)),
  )
  const confirmed = looked.find((each) => each.back === true)
  if (confirmed) return { kind: 'confirmed', name: confirmed.name }
  const open = looked.find((each) => each.back === null)
  if (open) return { kind: 'unknown', why: `${open.name} could not be looked up` }
  return looked[0] ? { kind: 'unconfirmed', name: looked[0].name } : { kind: 'none' }
}

function reverseQuestion(ip: string): string | null {
  if (isIPv4(ip)) return `${ip.split('.').reverse().join('.')}.in-addr.arpa`
  return isIPv6(ip) ? `${ipNibbles(ip).reverse().join('.')}.ip6.arpa` : null
}

async function leadsBack(
  name: string,
  ip: string,
  resolver: Resolver,
): Promise<{ name: string; back: boolean | null }> {
  const shown = name.replace(/\.$/, '').toLowerCase().slice(0, 253)
  const answer = await resolver.lookup(shown, isIPv4(ip) ? 'A' : 'AAAA')
  if (isTemporary(answer)) return { name: shown, back: null }
  const wanted = isIPv4(ip) ? ip : ipNibbles(ip).join('')
  const records = answer.status === 'found' ? answer.records : []
  return {
    name: shown,
    back: records.some((each) => (isIPv4(each) ? each : ipNibbles(each).join('')) === wanted),
  }
}

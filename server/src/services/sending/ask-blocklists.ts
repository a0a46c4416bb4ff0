import { isIPv4 } from 'node:net'
import type { AddressListing, SendingStore } from '#flow/delivery/sending/sending-store.ts'
import { ipNibbles } from '#ground/mail/ip-nibbles.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import { isTemporary, type Resolver } from '#ground/platform/dns/resolver.ts'

export interface BlocklistParts {
  readonly sending: SendingStore
  readonly resolver: Resolver
  readonly alarms: Alarms
  readonly zones: () => readonly string[]
  /** Addresses that the settings name, which are asked about as well. */
  readonly settings: () => readonly string[]
  readonly now: () => number
}

/** Questions under way at a time. */
const sideBySide = 8

/**
 * Asks blocklists about every address of ours. A list that names what no list may name (RFC 5782: 127.0.0.1), or does
 * not name its test entry, says nothing; an answer that is lost leaves what was known.
 */
export async function askBlocklists(parts: BlocklistParts): Promise<void> {
  const { sending, zones, settings, now, alarms } = parts
  const kept = await sending.addresses()
  const ips = [...new Set([...kept.map((each) => each.ip), ...settings()])]
  const before = new Map((await sending.listings()).map((each) => [`${each.ip} ${each.zone}`, each]))
  const asked = new Set<string>()
  for (const zone of zones()) {
    const why = await whyUnfit(parts.resolver, zone)
    for (let at = 0; at < ips.length; at += sideBySide) {
      const answers = await Promise.all(
        ips.slice(at, at + sideBySide).map(async (ip): Promise<AddressListing> => {
          const known = before.get(`${ip} ${zone}`)
          asked.add(`${ip} ${zone}`)
          const said =
            why === null
              ? await askBlocklist(parts.resolver, ip, zone)
              : { state: 'unknown' as const, text: why }
          if (said.state === 'unknown' && known) return { ...known, text: said.text }
          const since = known?.state === said.state ? known.since : now()
          return { ip, zone, ...said, since, checkedAt: now() }
        }),
      )
      await sending.putListings(answers)
      for (const each of answers) tell(alarms, each)
    }
  }
  for (const { name, subject } of alarms.open())
    if (name === 'address-listed' && !asked.has(subject)) alarms.clear('address-listed', subject)
}

function tell(alarms: Alarms, { ip, zone, state, text }: AddressListing): void {
  if (state === 'listed')
    alarms.raise('address-listed', `${ip} ${zone}`, `${zone} lists our address ${ip}: ${text}`)
  else if (state === 'clear') alarms.clear('address-listed', `${ip} ${zone}`)
}

/** What a list says of one address now. @param zone one that works: see whyUnfit */
export async function askBlocklist(
  resolver: Resolver,
  ip: string,
  zone: string,
): Promise<Pick<AddressListing, 'state' | 'text'>> {
  const name = questionOf(ip, zone)
  const answer = await resolver.lookup(name, 'A')
  if (isTemporary(answer)) return { state: 'unknown', text: 'it does not answer' }
  if (answer.status !== 'found') return { state: 'clear', text: '' }
  const codes = answer.records.filter(isCode)
  if (codes.length === 0)
    return {
      state: 'unknown',
      text: `it answers ${answer.records.slice(0, 3).join(', ')}, which lists nothing`,
    }
  const words = await resolver.lookup(name, 'TXT')
  const why = words.status === 'found' ? (words.records[0]?.join('') ?? '') : ''
  return { state: 'listed', text: `${codes.slice(0, 5).join(', ')} ${why}`.trim().slice(0, 300) }
}

/** Why a list says nothing now; null: it does. */
export async function whyUnfit(resolver: Resolver, zone: string): Promise<string | null> {
  const [must, mustNot] = await Promise.all([
    resolver.lookup(`2.0.0.127.${zone}`, 'A'),
    resolver.lookup(`1.0.0.127.${zone}`, 'A'),
  ])
  if (isTemporary(must) || isTemporary(mustNot)) return 'it does not answer'
  if (mustNot.status === 'found') return 'it lists 127.0.0.1, so it lists everything'
  const lists = must.status === 'found' && must.records.some(isCode)
  return lists ? null : 'it does not list its test entry 127.0.0.2'
}

/** 127.255.255.x is how lists say that they do not answer us; anything outside of 127/8 is no list. */
function isCode(answer: string): boolean {
  return answer.startsWith('127.') && !answer.startsWith('127.255.255.')
}

function questionOf(ip: string, zone: string): string {
  const labels = isIPv4(ip) ? ip.split('.') : ipNibbles(ip)
  return `${labels.toReversed().join('.')}.${zone}`
}

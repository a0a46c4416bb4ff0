import { isBetween } from '#ground/platform/number-bounds.ts'
import { writeRecipients } from '#ground/platform/recipient-list.ts'
import type { IsOfPeople } from '#services/ledger/is-within.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { MailFilter } from '#services/search/mail-filter.ts'
import type { MailFacts, RecipientFacts } from './mail-facts.ts'
import { isWithin, parseNet } from './nets.ts'
import { addressWithin, domainsOf, isAddress, ownAddressOf, ownDomainOf, recipientsOf } from './terms.ts'
import { hasWords, type Wanted, wantedOf } from './words.ts'

/**
 * A filter as a question to facts: answers them as far as whoever asks may see them, or null where they are not meant. It
 * is what a filter means; the index only spares looking at everything.
 * @param isOfPeople whether an address belongs to groups and people that the reach names
 */
export function matcherOf(
  filter: MailFilter,
  isOfPeople: IsOfPeople,
): (facts: MailFacts) => MailFacts | null {
  const cut = cutTo(filter.within, isOfPeople)
  const isMeant = meantBy(filter)
  return (facts) => {
    const seen = cut(facts)
    return seen !== null && isMeant(seen) ? seen : null
  }
}

/** What is in reach: of a refusal that names several recipients those whom somebody may know of. */
function cutTo(within: Reach | undefined, isOfPeople: IsOfPeople): (facts: MailFacts) => MailFacts | null {
  const isInReach = reachOf(within, isOfPeople)
  return (facts) => {
    if (facts.kind === 'delivery' || !within?.domains) return isInReach(facts) ? facts : null
    const seen = recipientsOf(facts).filter((rcptTo) => isInReach({ ...facts, rcptTo }))
    return seen.length === 0 ? null : { ...facts, rcptTo: writeRecipients(seen) }
  }
}

function meantBy(filter: MailFilter): (facts: MailFacts) => boolean {
  const { address, from, sender, recipient, size, score, since, until } = filter
  const recipients = recipient === undefined ? null : [recipient].flat()
  const [subject, reply] = [wantedOf(filter.subject ?? ''), wantedOf(filter.reply ?? '')]
  const net = filter.ip === undefined ? undefined : parseNet(filter.ip)
  return (facts) =>
    (since === undefined || facts.at >= since) &&
    (until === undefined || facts.at <= until) &&
    isOneOf(facts.tenant, filter.tenant) &&
    isOneOf(facts.node, filter.node) &&
    isOneOf(facts.direction, filter.direction) &&
    isAmong(filter.states, [facts.state]) &&
    isAmong(filter.verdicts, [facts.verdict]) &&
    isAmong(filter.reasons, facts.reasons) &&
    isAmong(filter.kinds, facts.kinds) &&
    isAmong(filter.findings, facts.findings) &&
    isAmong(filter.rules, facts.rules) &&
    isAmong(filter.definitions, [facts.definitions]) &&
    isAmong(filter.classes, facts.classes) &&
    (address === undefined || ends(facts).some((each) => isAt(each, address))) &&
    (from === undefined || writers(facts).some((each) => isAt(each, from))) &&
    (sender === undefined || isAt(facts.mailFrom, sender)) &&
    (recipients === null || recipientsOf(facts).some((each) => recipients.some((one) => isAt(each, one)))) &&
    (size === undefined || isBetween(facts.size, size)) &&
    (score === undefined || (facts.score !== null && isBetween(facts.score, score))) &&
    (net === undefined || (net !== null && isWithin(facts.ip, net))) &&
    (filter.subject === undefined || says(facts.subject, subject)) &&
    (filter.reply === undefined || facts.replies.some((each) => says(each, reply)))
}

/** What is asked for in signs alone is said by nothing. */
function says(text: string, wanted: readonly Wanted[]): boolean {
  return wanted.length > 0 && hasWords(text, wanted)
}

/** Whether a filter can only be answered by what a message was judged by. */
export function asksOfJudgement({ findings, rules, definitions }: MailFilter): boolean {
  return [findings, rules, definitions].some((each) => each !== undefined && each.length > 0)
}

/** A reach as a question to what is known of a recipient; undefined: everything is in it. */
export function reachOf(
  within: Reach | undefined,
  isOfPeople: IsOfPeople,
): (facts: RecipientFacts) => boolean {
  const tenants = within && new Set(within.tenants)
  const domains = within?.domains && new Set(within.domains)
  return (facts) =>
    (!tenants || tenants.has(facts.tenant)) &&
    (!domains || domains.has(ownDomainOf(facts)) || isOfPeople(ownAddressOf(facts)))
}

function ends(facts: MailFacts): string[] {
  return [...writers(facts), ...recipientsOf(facts)]
}

/** Who sent it as the envelope says, and as whoever reads it sees. */
function writers({ mailFrom, headerFrom }: MailFacts): string[] {
  return [mailFrom, addressWithin(headerFrom)]
}

function isAt(address: string, wanted: string): boolean {
  if (isAddress(wanted)) return address.toLowerCase() === wanted.toLowerCase()
  return domainsOf(address).includes(wanted.replace(/^@/, '').toLowerCase())
}

function isOneOf(value: string, wanted: string | undefined): boolean {
  return wanted === undefined || value === wanted
}

function isAmong(wanted: readonly string[] | undefined, values: readonly string[]): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.some((each) => values.includes(each))
}

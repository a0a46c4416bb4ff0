import { domainPart, splitTag } from '#ground/mail/address.ts'
import type { NumberBounds } from '#ground/platform/number-bounds.ts'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import { readRecipientList } from '#ground/platform/recipient-list.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { MailFilter } from '#services/search/mail-filter.ts'
import { ruleMatched } from './held-rules.ts'
import type { MailFacts, RecipientFacts } from './mail-facts.ts'
import { narrowestName, netNames, parseNet } from './nets.ts'
import { wantedOf, wordsOf } from './words.ts'

/**
 * Terms of the index: what a delivery is known by, and the expression of a filter over them. A term is a letter for its
 * kind and a hash of its value, or for words the word itself, which may be asked for by its beginning. Whatever the
 * terms find is compared with the ledger again (matches.ts), so that a hash that two values share does no harm.
 */
const kinds = {
  sender: 's',
  senderDomain: 'e',
  recipient: 'r',
  recipientDomain: 'f',
  author: 'g',
  authorDomain: 'j',
  tenant: 't',
  ownDomain: 'o',
  verdict: 'v',
  reason: 'n',
  happened: 'k',
  finding: 'u',
  rule: 'h',
  definitions: 'd',
  bounce: 'x',
  state: 'c',
  net: 'i',
  direction: 'y',
  node: 'b',
  size: 'z',
  score: 'q',
} as const
type Kind = keyof typeof kinds
const word = { subject: 'w', reply: 'p' } as const

/** Above this many members of a reach its terms would cost more than looking at what the others find. */
const mostReach = 64
const mostRecipients = 50

const beginning = ' *'

/** All terms of a delivery or refusal, each once, parted by spaces. */
export function termsOf(facts: MailFacts): string {
  const terms = new Set<string>()
  const add = (kind: Kind, value: string) => {
    if (value !== '') terms.add(term(kind, value))
  }
  const addEnd = (address: string, at: Kind, domain: Kind) => {
    add(at, address)
    // Mail to a tag of somebody is his: a question for his mail finds it by the address without it.
    add(at, withoutTag(address))
    for (const each of domainsOf(address)) add(domain, each)
  }
  addEnd(facts.mailFrom, 'sender', 'senderDomain')
  for (const each of recipientsOf(facts)) addEnd(each, 'recipient', 'recipientDomain')
  addEnd(addressWithin(facts.headerFrom), 'author', 'authorDomain')
  add('tenant', facts.tenant)
  for (const rcptTo of recipientsOf(facts)) add('ownDomain', ownDomainOf({ ...facts, rcptTo }))
  add('verdict', facts.verdict)
  add('state', facts.state)
  add('direction', facts.direction)
  add('node', facts.node)
  add('size', String(sizeStep(facts.size)))
  if (facts.score !== null) add('score', String(scoreStep(facts.score)))
  for (const each of facts.reasons) add('reason', each)
  for (const each of facts.kinds) add('happened', each)
  for (const each of facts.findings) add('finding', each)
  for (const each of facts.rules) add('rule', each)
  add('definitions', facts.definitions)
  for (const each of facts.classes) add('bounce', each)
  for (const each of netNames(facts.ip)) add('net', each)
  for (const each of wordsOf(facts.subject)) terms.add(word.subject + each)
  for (const reply of facts.replies) for (const each of wordsOf(reply)) terms.add(word.reply + each)
  return [...terms].join(' ')
}

/** How beginnings of words become part of an expression. */
export interface Beginnings {
  /** Terms that begin so; null: too many to name. */
  readonly terms: (beginning: string) => readonly string[] | null
  /** What of too many becomes: left out, so that each entry has to be looked at, or all joined, which takes its time. */
  readonly joinsMany: boolean
}

/** Terms that entries may be without, since they are from before there were such; see terms-since.ts. */
export interface Lacking {
  /** Rules and sets of definitions. */
  readonly rules: boolean
  /** Addresses without their tag, and domains of further recipients. */
  readonly own: boolean
}

/**
 * The expression of a filter; empty: it names nothing that the index knows, and every entry has to be looked at.
 * @param lacking terms that the entries may be without
 * @param people addresses of groups and people that the reach names; null: it names none, or too many to ask for each
 */
export function expressionOf(
  filter: MailFilter,
  beginnings: Beginnings,
  lacking: Lacking = { rules: false, own: false },
  people: readonly string[] | null = null,
): string {
  const parts: string[] = []
  const anyOf = (options: readonly string[]) => parts.push(anyTerm(options))
  const end = (text: string, ...pairs: readonly (readonly [Kind, Kind])[]) =>
    anyOf(pairs.map(([at, domain]) => endTerm(text, at, domain)))
  const { address, from, sender, recipient, within } = filter
  if (address !== undefined)
    end(address, ['sender', 'senderDomain'], ['recipient', 'recipientDomain'], ['author', 'authorDomain'])
  if (from !== undefined) end(from, ['sender', 'senderDomain'], ['author', 'authorDomain'])
  if (sender !== undefined) end(sender, ['sender', 'senderDomain'])
  if (recipient !== undefined)
    anyOf([recipient].flat().map((each) => endTerm(each, 'recipient', 'recipientDomain')))
  for (const [text, letter] of [
    [filter.subject, word.subject],
    [filter.reply, word.reply],
  ] as const) {
    const wanted = wantedOf(text ?? '')
    // Signs alone name no word: they find nothing, and not everything.
    if (text !== undefined && wanted.length === 0) anyOf([])
    for (const { word: each, isBeginning } of wanted) {
      const terms = isBeginning ? beginnings.terms(letter + each) : [letter + each]
      if (terms) anyOf(terms)
      else if (beginnings.joinsMany) parts.push(quote(letter + each) + beginning)
    }
  }
  const lists = [
    ['state', filter.states],
    ['verdict', filter.verdicts],
    ['reason', filter.reasons],
    ['happened', filter.kinds],
    ['finding', filter.findings],
    // Every rule that holds leaves this finding: which one it was is compared with the ledger.
    ...(lacking.rules
      ? [['finding', filter.rules && [ruleMatched]] as const]
      : [['rule', filter.rules] as const, ['definitions', filter.definitions] as const]),
    ['bounce', filter.classes],
    ['direction', filter.direction && [filter.direction]],
    ['node', filter.node && [filter.node]],
    ['tenant', filter.tenant && [filter.tenant]],
    ['size', filter.size && sizeSteps(filter.size)],
    ['score', filter.score && scoreSteps(filter.score)],
  ] as const
  for (const [kind, values] of lists)
    if (values && values.length > 0) anyOf(values.map((each) => term(kind, each)))
  const net = filter.ip === undefined ? null : parseNet(filter.ip)
  const name = net && narrowestName(net)
  if (name) anyOf([term('net', name)])
  const reach = within && reachTerms(within, people, lacking.own)
  if (reach) parts.push(reach)
  return parts.join(' AND ')
}

/** The part of an expression for a reach; null: each entry has to be looked at. */
function reachTerms(
  { tenants, domains }: Reach,
  people: readonly string[] | null,
  isLacking: boolean,
): string | null {
  const ofTenants = tenants.length <= mostReach ? anyTerm(tenants.map((each) => term('tenant', each))) : null
  if (!domains) return ofTenants
  const whole = domains.filter((each) => !isOfPeople(each))
  const hasPeople = whole.length < domains.length
  if (whole.length > mostReach || (hasPeople && (people === null || isLacking))) return ofTenants
  const named = anyTerm([
    ...(people ?? []).flatMap((each) => [term('recipient', each), term('sender', each)]),
    ...whole.map((each) => term('ownDomain', each)),
  ])
  if (!isLacking) return named
  // A refusal of several recipients was known by the domain of the last one.
  return ofTenants && `(${named} OR (${ofTenants} AND ${quote(term('state', 'refused'))}))`
}

/** Of nothing, nothing is one: no term is called so. */
function anyTerm(options: readonly string[]): string {
  return `(${(options.length === 0 ? ['none'] : options).map(quote).join(' OR ')})`
}

/** The expression that finds the mail of a rule. */
export function expressionOfRule(rule: string): string {
  return quote(term('rule', rule))
}

/** Recipients: one of a delivery, some of a refused message. */
export function recipientsOf({ kind, rcptTo }: Pick<MailFacts, 'kind' | 'rcptTo'>): string[] {
  return kind === 'delivery' ? [rcptTo] : readRecipientList(rcptTo).slice(0, mostRecipients)
}

/** The address of a From field that may have a name beside it; empty: there is none. */
export function addressWithin(field: string): string {
  const inBrackets = field.slice(field.lastIndexOf('<') + 1)
  const address = inBrackets.slice(0, inBrackets.includes('>') ? inBrackets.indexOf('>') : undefined).trim()
  return address.length <= 320 && address.includes('@') && !address.includes(' ') ? address : ''
}

/** The domain of an address, and the domains above it but for the last label alone. */
export function domainsOf(address: string): string[] {
  const labels = address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .split('.')
    .slice(-6)
  if (!address.includes('@')) return []
  return labels.length < 2
    ? [labels.join('.')]
    : labels.slice(0, -1).map((_each, i) => labels.slice(i).join('.'))
}

/** The address of ours: the sender where mail leaves, else the recipient. */
export function ownAddressOf({ direction, mailFrom, rcptTo }: RecipientFacts): string {
  return direction === 'outbound' ? mailFrom : rcptTo
}

/** The domain of ours. */
export function ownDomainOf(facts: RecipientFacts): string {
  return domainPart(ownAddressOf(facts))
}

function withoutTag(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 0 ? '' : splitTag(address.slice(0, at)).base + address.slice(at)
}

/** An address has something before its @; all else is a domain. */
export function isAddress(text: string): boolean {
  return text.lastIndexOf('@') > 0
}

function endTerm(text: string, at: Kind, domain: Kind): string {
  return isAddress(text) ? term(at, text) : term(domain, text.replace(/^@/, '').toLowerCase())
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '')}"`
}

function term(kind: Kind, value: string): string {
  return kinds[kind] + hash(value.toLowerCase())
}

const smallestScore = -40
const largestScore = 80
const scoreWidth = 5
const largestSize = 40

function sizeStep(size: number): number {
  return Math.min(largestSize, Math.floor(Math.log2(Math.max(0, size) + 1)))
}

function scoreStep(score: number): number {
  return Math.floor(Math.min(largestScore, Math.max(smallestScore, score)) / scoreWidth)
}

function sizeSteps(bounds: NumberBounds): string[] {
  return steps(bounds, sizeStep, 0, largestSize)
}

function scoreSteps(bounds: NumberBounds): string[] {
  return steps(bounds, scoreStep, scoreStep(smallestScore), scoreStep(largestScore))
}

/** Steps that may hold a number within bounds; which of them does is seen in the ledger. */
function steps(bounds: NumberBounds, stepOf: (n: number) => number, least: number, most: number): string[] {
  const { gt, geq, lt, leq, eq } = bounds
  const low = [gt, geq, eq].filter((each) => each !== undefined).map(stepOf)
  const high = [lt, leq, eq].filter((each) => each !== undefined).map(stepOf)
  const [from, to] = [Math.max(least, ...low), Math.min(most, ...high)]
  // Bounds that exclude each other find nothing: no step has this name.
  if (from > to) return ['none']
  return Array.from({ length: to - from + 1 }, (_each, i) => String(from + i))
}

/** 64 bits of FNV-1a over the UTF-16 of a text, as two halves with different seeds. */
function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x1b873593]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13)
  }
  return (a >>> 0).toString(36).padStart(7, '0') + (b >>> 0).toString(36)
}

import type { Cause } from './incident.ts'

/** Companies whose faults become faults of mail elsewhere. */
const provider =
  /\b(?:microsoft|exchange online|office 365|m365|google|gmail|workspace|amazon|aws|azure|cloudflare|yahoo|at&t|rackspace|third[- ]party|provider)\b/i

/** Words of one cause: in any place, or (two) both in one sentence, in this order. */
type Words = RegExp | readonly [RegExp, RegExp]

/** The first that holds is the cause: what names a fault outright stands before what only describes it. */
const rules: readonly (readonly [Cause, Words])[] = [
  ['planned', /scheduled maintenance (?:has been completed|is currently in progress)/i],
  [
    'tls',
    /certificate error|(?:invalid|expired|wrong) certificate|TLS (?:error|connection issue)|TLS handshake/i,
  ],
  ['dns', /\bDNS (?:error|failure|outage|issue)|nameserver|name server failure/i],
  [
    'hostile-mail',
    /poorly (?:constructed|formed|written)|malformed (?:message|email|mail)|regular expression/i,
  ],
  ['receiver', /reputation|blocklist|blacklist|gr[ae]y-?list|banned sending|delist|spamhaus|spamcop/i],
  [
    'upstream',
    [
      provider,
      /\b(?:outage|service issues?|experiencing|maintenance task|advisory|announced|has an issue|is having|is preventing)/i,
    ],
  ],
  ['upstream', [/\b(?:outage|issues?|problem|update|interrupted|error|notifications)\b/i, provider]],
  ['logging', /log (?:processing|ingestion|latency)|logging (?:layer|service)|lost logs/i],
  [
    'change',
    /rolled back|misconfigur|permissions change|verification rule|scaling added|resources were added/i,
  ],
  [
    'change',
    [/\b(?:change|modification|update)\b/i, /\b(?:caused|created|had unintended|resulted|released)\b/i],
  ],
  ['database', /database (?:issue|connection|error|failure|fault)|issue with a database/i],
  ['disk', [/\bdisks?\b/i, /\b(?:constraint|full|failed|failure|space)\b/i]],
  ['disk', /storage alerts?|out of (?:disk|storage)/i],
  ['scanner', /(?:virus|file|attachment)[- ]scan|scan (?:of|cannot|did not)|virus definition/i],
  ['node', /rebooted|load balancer|small pool|single(?:ular)? instance|server service was unstable/i],
  [
    'load',
    /surge|spike|(?:high|large|higher) volume|peak (?:load|hours)|resource (?:constraint|utilization)|not processing fast enough|backlog|scaled? (?:up|the system)|increased resources/i,
  ],
]

/** The probable cause by what the texts say, from a closed list; `unknown` where they say none. */
export function nameCause(texts: readonly string[]): Cause {
  const text = texts.join('\n')
  const sentences = text.split(/[.\n]/)
  const holds = (words: Words) =>
    words instanceof RegExp ? words.test(text) : sentences.some((each) => standIn(each, words))
  return rules.find(([, words]) => holds(words))?.[0] ?? 'unknown'
}

function standIn(sentence: string, [first, second]: readonly [RegExp, RegExp]): boolean {
  const at = first.exec(sentence)
  return at !== null && second.test(sentence.slice(at.index + at[0].length))
}

/** The way that mail went, by the words of the title, else of the texts; null: neither says. */
export function nameDirection(
  title: string,
  texts: readonly string[],
): 'inbound' | 'outbound' | 'both' | null {
  return directionIn(title) ?? directionIn(texts.join('\n'))
}

function directionIn(text: string): 'inbound' | 'outbound' | 'both' | null {
  const inbound = /\b(?:inbound|incoming|receiv(?:e|ing) (?:e?mails?))\b/i.test(text)
  const outbound = /\b(?:outbound|outgoing|smart ?host|send(?:ing)? or receive)\b/i.test(text)
  if (inbound && outbound) return 'both'
  return inbound ? 'inbound' : outbound ? 'outbound' : null
}

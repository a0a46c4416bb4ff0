import type { Direction } from '#flow/spool/message.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { readBounds } from '#services/ledger/read-bounds.ts'
import { readList } from '#services/ledger/read-list.ts'
import { readTime } from '#services/ledger/read-time.ts'
import type { MailFilter } from './mail-filter.ts'

/** A filter as people and programs write it: each condition a text, lists parted by commas. */
export type FilterTexts = Readonly<Partial<Record<FilterName, string>>>

export const filterNames = [
  'q',
  'address',
  'from',
  'sender',
  'recipient',
  'subject',
  'reply',
  'state',
  'verdict',
  'reason',
  'kind',
  'finding',
  'rule',
  'definitions',
  'class',
  'ip',
  'direction',
  'node',
  'tenant',
  'size',
  'score',
  'since',
  'until',
] as const
export type FilterName = (typeof filterNames)[number]

const states = [
  'waiting',
  'delivered',
  'returned',
  'quarantined',
  'held',
  'sealed',
  'discarded',
  'refused',
] as const
const directions: readonly string[] = ['inbound', 'outbound', 'own']
const mostText = 320

/**
 * Reads a filter. A word of any kind (`q`) becomes the condition that it looks like: an address, a domain, a client's
 * address, or words of the subject. @throws OrderError that says what would be right
 */
export function readFilter(texts: FilterTexts, now: number): MailFilter {
  for (const [name, text] of Object.entries(texts))
    if (text.length > mostText) throw new OrderError('wrong', `${name} is longer than ${mostText} characters`)
  const {
    q,
    recipient,
    state,
    verdict,
    reason,
    kind,
    finding,
    rule,
    definitions,
    class: classes,
    size,
    score,
    since,
    until,
    direction,
    ip,
  } = texts
  if (direction !== undefined && !directions.includes(direction))
    throw new OrderError('wrong', `direction is one of ${directions.join(', ')}`)
  if (ip !== undefined && !looksLikeNet(ip))
    throw new OrderError('wrong', 'ip is an address such as 192.0.2.7, or a net such as 192.0.2.0/24')
  const plain = Object.fromEntries(
    (['address', 'from', 'sender', 'subject', 'reply', 'node', 'tenant'] as const)
      .map((name) => [name, texts[name]?.trim()] as const)
      .filter(([, text]) => text !== undefined && text !== ''),
  )
  return {
    ...(q !== undefined && readWord(q.trim())),
    ...plain,
    ...(recipient !== undefined && recipient.trim() !== '' && { recipient: oneOrMany(readList(recipient)) }),
    ...(state !== undefined && { states: readStates(state) }),
    ...(verdict !== undefined && { verdicts: readList(verdict) }),
    ...(reason !== undefined && { reasons: readList(reason) }),
    ...(kind !== undefined && { kinds: readList(kind) }),
    ...(finding !== undefined && { findings: readList(finding) }),
    ...(rule !== undefined && { rules: readList(rule) }),
    ...(definitions !== undefined && { definitions: readList(definitions) }),
    ...(classes !== undefined && { classes: readList(classes) }),
    ...(ip !== undefined && { ip: ip.trim() }),
    ...(direction !== undefined && { direction: direction as Direction }),
    ...(size !== undefined && { size: readBounds('size', size) }),
    ...(score !== undefined && { score: readBounds('score', score) }),
    ...(since !== undefined && { since: readTime('since', since, now) }),
    ...(until !== undefined && { until: readTime('until', until, now) }),
  }
}

/** A process of the version before knows one recipient, as a text: it may be told this filter in a task. */
function oneOrMany(recipients: readonly string[]): string | readonly string[] {
  const [only, ...others] = recipients
  return only !== undefined && others.length === 0 ? only : recipients
}

function readWord(word: string): MailFilter {
  if (word === '') return {}
  if (/^\S+@\S+$/.test(word) || /^@\S+$/.test(word)) return { address: word }
  if (looksLikeNet(word)) return { ip: word }
  return /^[\w-]+(\.[\w-]+)*\.\p{L}{2,20}$/u.test(word) ? { address: `@${word}` } : { subject: word }
}

function looksLikeNet(text: string): boolean {
  return /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7})(\/\d{1,3})?$/i.test(text.trim())
}

function readStates(text: string): NonNullable<MailFilter['states']> {
  const found = readList(text)
  const wrong = found.find((each) => !(states as readonly string[]).includes(each))
  if (wrong !== undefined) throw new OrderError('wrong', `state is one of ${states.join(', ')}`)
  return found as NonNullable<MailFilter['states']>
}

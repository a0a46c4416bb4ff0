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
 * address, or words of the subject. Whatever is given is a condition: one that says nothing would mean all mail, and so
 * would an order by it. Only a `q` may be empty, as the field of a page is.
 * @throws OrderError that says what would be right
 */
export function readFilter(texts: FilterTexts, now: number): MailFilter {
  for (const [name, text] of Object.entries(texts)) assertSaysSomething(name, text)
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
      .filter(([, text]) => text !== undefined),
  )
  return {
    ...joined(q === undefined ? {} : readWord(q.trim()), {
      ...plain,
      ...(ip !== undefined && { ip: ip.trim() }),
    }),
    ...(recipient !== undefined && { recipient: oneOrMany(readList(recipient)) }),
    ...(state !== undefined && { states: readStates(state) }),
    ...(verdict !== undefined && { verdicts: readList(verdict) }),
    ...(reason !== undefined && { reasons: readList(reason) }),
    ...(kind !== undefined && { kinds: readList(kind) }),
    ...(finding !== undefined && { findings: readList(finding) }),
    ...(rule !== undefined && { rules: readList(rule) }),
    ...(definitions !== undefined && { definitions: readList(definitions) }),
    ...(classes !== undefined && { classes: readList(classes) }),
    ...(direction !== undefined && { direction: direction as Direction }),
    ...(size !== undefined && { size: readBounds('size', size) }),
    ...(score !== undefined && { score: readBounds('score', score) }),
    ...(since !== undefined && { since: readTime('since', since, now) }),
    ...(until !== undefined && { until: readTime('until', until, now) }),
  }
}

/** Whether a text has signs alone, and no word that could be looked for. */
export function isWordless(text: string): boolean {
  return text.trim() !== '' && !/[\p{L}\p{N}]/u.test(text)
}

const ofWords: readonly string[] = ['q', 'subject', 'reply']

function assertSaysSomething(name: string, text: string): void {
  if (text.length > mostText) throw new OrderError('wrong', `${name} is longer than ${mostText} characters`)
  if (name === 'q' && text.trim() === '') return
  if (text.replaceAll(',', '').trim() === '')
    throw new OrderError('wrong', `${name} is given and says nothing; leave it out, or say what it should be`)
  if (ofWords.includes(name) && isWordless(text))
    throw new OrderError('wrong', `${name} has no word to look for; a word has letters or digits`)
}

/** What a word turned out to be, beside conditions of that name: both hold, or it is said that they cannot. */
function joined(word: MailFilter, plain: MailFilter): MailFilter {
  const { subject } = word
  if (subject !== undefined && plain.subject !== undefined)
    return { ...plain, subject: `${subject} ${plain.subject}` }
  const both = (['address', 'ip'] as const).find(
    (name) => word[name] !== undefined && plain[name] !== undefined,
  )
  if (both !== undefined)
    throw new OrderError(
      'wrong',
      `q says ${word[both]}, which is an ${both}, and ${both} is given too; say one of them by another name, such as sender or recipient, or leave it out`,
    )
  return { ...word, ...plain }
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

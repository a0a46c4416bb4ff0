import { type Pattern, SearchedText } from '#ground/patterns/pattern.ts'
import type { BounceClass } from './bounce-classes.ts'
import { type ReceiverWording, shippedWording, type WordingLine } from './read-wording.ts'
import { classOfCode, classOfStatus } from './status-classes.ts'

/** A reply as it came. `code` 0 and `enhanced` empty: there was none. */
export interface JudgedReply {
  readonly code: number
  readonly enhanced: string
  readonly text: string
  /** Where in the conversation; empty: not known. */
  readonly phase?: string
  /** Name of the server that said it, as its MX names it; empty: not known. */
  readonly host?: string
}

export interface ReplyClass {
  readonly class: BounceClass
  /** What decided: whose wording, `status`, or `code`. */
  readonly by: string
}

/** How much of a reply is read: what matters stands at its beginning, and a hostile one may be long. */
const mostText = 1200
const mostMs = 50
const remembered = 2000

/** Replies of a receiver differ in little but addresses and numbers. */
const known = new Map<string, ReplyClass>()

/** The class of a reply; always an answer, never an error. */
export function classifyReply(reply: JudgedReply): ReplyClass {
  const { code, enhanced, phase = '', host = '' } = reply
  const text = asSentence(reply)
  const key = [code, enhanced, phase, operatorEnd(host), text.replace(/\d+/g, '0')].join('|')
  const before = known.get(key)
  if (before) return before
  const found = atPhase(
    byWording({ ...reply, text }, host) ?? byStatus(reply) ?? { class: classOfCode(code, phase), by: 'code' },
    reply,
  )
  if (known.size >= remembered) known.delete(known.keys().next().value ?? '')
  known.set(key, found)
  return found
}

/** One line, without the numbers that each line of a long reply repeats. */
function asSentence({ text, code, enhanced }: JudgedReply): string {
  const flat = text.slice(0, mostText).replace(/\s+/g, ' ').trim()
  return enhanced === ''
    ? flat
    : flat.replaceAll(` ${code}-${enhanced} `, ' ').replaceAll(` ${code} ${enhanced} `, ' ')
}

function byWording(reply: JudgedReply, host: string): ReplyClass | null {
  if (reply.text === '') return null
  const { receivers, general } = shippedWording()
  const searched = new SearchedText(reply.text)
  const until = performance.now() + mostMs
  const isOver = () => performance.now() > until
  const own = receivers.filter((each) => isServerOf(each, host))
  for (const lines of [...own.map((each) => each.lines), ...receivers.map((each) => each.lines), general]) {
    const line = lines.find((each) => fits(each, reply) && finds(each.pattern, searched, isOver))
    if (line) return { class: line.class, by: line.name }
  }
  return null
}

function byStatus({ enhanced, code, phase = '' }: JudgedReply): ReplyClass | null {
  const found = classOfStatus(enhanced)
  // 4.5.0 is made of a code that has no status of its own.
  if (found === 'protocol' && code >= 400 && code < 500) return null
  // Where it was said tells more than "some rule".
  if (found === null || (found === 'policy' && code >= 500 && ['mail', 'rcpt'].includes(phase))) return null
  return { class: found, by: 'status' }
}

const aboutMail: readonly BounceClass[] = [
  'policy',
  'sender-refused',
  'user-refuses',
  'user-disabled',
  'spam',
  'unknown',
]

const aboutRecipient: readonly BounceClass[] = ['user-unknown', 'user-moved', 'domain-unknown']

/**
 * What the point of the conversation rules out. Before MAIL nothing is known of the mail: whatever is refused there for
 * good is refused to our address. In reply to MAIL no recipient is known yet. And who took a recipient and denies it
 * behind the data has a rule that says so: no proof that there is no such mailbox, unless we know the words of the receiver.
 */
function atPhase(found: ReplyClass, { code, enhanced, phase = '' }: JudgedReply): ReplyClass {
  if (phase === 'mail' && aboutRecipient.includes(found.class))
    return { class: 'sender-refused', by: 'phase' }
  const isGeneral = ['general', 'status', 'code'].some((each) => found.by.startsWith(each))
  if (phase === 'final' && found.class === 'user-unknown' && isGeneral && !/^\d\.1\./.test(enhanced))
    return { class: 'user-refuses', by: 'phase' }
  const isEarly = ['connect', 'greeting', 'ehlo'].includes(phase)
  return isEarly && code >= 500 && aboutMail.includes(found.class)
    ? { class: 'address-blocked', by: 'phase' }
    : found
}

function fits({ code }: WordingLine, reply: JudgedReply): boolean {
  return code === '' || reply.enhanced.startsWith(code) || String(reply.code).startsWith(code)
}

function finds(pattern: Pattern, searched: SearchedText, isOver: () => boolean): boolean {
  return pattern.find(searched, isOver) === 'found'
}

function isServerOf({ domains }: ReceiverWording, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return domains.some((each) => name === each || name.endsWith(`.${each}`))
}

function operatorEnd(host: string): string {
  return host.split('.').slice(-3).join('.').toLowerCase()
}

/** The name of the receiver whose server this is, for people; null: none that we know. */
export function receiverOf(host: string): string | null {
  return shippedWording().receivers.find((each) => isServerOf(each, host))?.name ?? null
}

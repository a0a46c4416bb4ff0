import { fieldValue, findField, parseHeader } from '#ground/mail/header.ts'
import type { ReportedRecipient } from '#ground/mail-reports/delivery-report.ts'
import { readReport } from '#ground/mail-reports/read-report.ts'
import { ReportError } from '#ground/mail-reports/report-error.ts'
import { type BounceClass, bounceClasses } from './bounce-classes.ts'
import { classifyReply } from './classify-reply.ts'
import { phaseOf, readPlainBounce } from './plain-bounce.ts'
import { readReply } from './read-reply.ts'

/** What a bounce says of one recipient. */
export interface BouncedRecipient {
  readonly address: string | null
  /** Such as 5.1.1; what the words stand for where the bounce names none. */
  readonly status: string
  readonly code: number | null
  /** The recipient can never be reached. */
  readonly hard: boolean
  readonly reason: BounceClass
  /** What became of it, as the report says: failed, delayed, delivered …; null: it does not say. */
  readonly action: string | null
  readonly diagnostic: string
}

export interface Bounce {
  /** Whether it tells of mail that was not delivered, or is late. */
  readonly isBounce: boolean
  readonly recipients: readonly BouncedRecipient[]
}

/** Reads a message that may be a bounce: a delivery report (RFC 3464), or text as mail systems wrote it before. */
export async function readBounce(message: Buffer): Promise<Bounce> {
  const plain = readPlainBounce(message)
  const failed = failedField(message)
  const reported = await readReported(message)
  const recipients =
    reported.length > 0
      ? reported.map((each) => ofReport(each, plain, failed))
      : plain.map(({ address, text }) => judge(address, text, null, null, phaseOf(text)))
  const told = recipients.filter(
    (each) => !['delivered', 'relayed', 'expanded'].includes(each.action ?? 'failed'),
  )
  return { isBounce: told.length > 0, recipients }
}

async function readReported(message: Buffer): Promise<readonly ReportedRecipient[]> {
  try {
    const read = await readReport(message, 'dsn')
    return read.type === 'dsn' ? read.report.recipients : []
  } catch (cause) {
    if (cause instanceof ReportError) return []
    throw cause
  }
}

/** The addresses that Exim names in a field of the header. */
function failedField(message: Buffer): string[] {
  const field = findField(parseHeader(message).fields, 'x-failed-recipients')
  if (!field) return []
  return fieldValue(field)
    .split(/[,\s]+/)
    .filter((each) => each.includes('@'))
    .slice(0, 1000)
}

function ofReport(
  each: ReportedRecipient,
  plain: ReturnType<typeof readPlainBounce>,
  failed: readonly string[],
): BouncedRecipient {
  const isAddress = each.address !== null && isMailAddress(each.address)
  const address = isAddress ? each.address : (failed[0] ?? each.original ?? each.address)
  // The text says more than the report: where in the conversation it was, and what a program wrote.
  const said = plain.find((one) => one.address.toLowerCase() === address?.toLowerCase())?.text ?? ''
  const diagnostic = each.diagnostic ?? said
  return judge(address, diagnostic, each.status, each.action, phaseOf(said), each.remoteMta ?? '')
}

function isMailAddress(text: string): boolean {
  return text.includes('@') && !/[\s|]/.test(text)
}

function judge(
  address: string | null,
  diagnostic: string,
  status: string | null,
  action: string | null,
  phase: string,
  host = '',
): BouncedRecipient {
  const reply = readReply(withoutPreface(diagnostic))
  const named = status !== null && !status.endsWith('.0.0') ? status : ''
  const found = reply.enhanced.endsWith('.0.0') ? '' : reply.enhanced
  const enhanced = named || found || status || reply.enhanced
  const reason = classOf({ ...reply, enhanced, phase, host })
  const isLate = (action === 'delayed' || reason === 'expired') && reply.code < 500
  const digit = enhanced ? enhanced[0] : reply.code ? String(reply.code)[0] : isLate ? '4' : '5'
  // A code of another kind than the status is the word of another server on the way.
  const code = reply.code !== 0 && String(reply.code)[0] === digit ? reply.code : null
  return {
    address,
    status: enhanced || `${digit}.${bounceClasses[reason].detail}`,
    code,
    hard: bounceClasses[reason].hard,
    reason,
    action,
    diagnostic: reply.text.slice(0, 1000),
  }
}

function classOf(reply: Parameters<typeof classifyReply>[0]): BounceClass {
  return classifyReply(reply).class
}

const preface =
  /^.{0,400}?(?:error from remote (?:mail |mailer )?server after [^:]{1,80}(?::<[^>]{0,320}>[^:]{0,80})?:|\] said:|refused to talk to me:)\s*(?:host \S{1,255} \[[^\]]{1,60}\]:)?/is

/** The server's own words, without what the reporting server wrote before them. */
function withoutPreface(text: string): string {
  const start = text.slice(0, 1000)
  const found = preface.exec(start)
  return found ? text.slice(found[0].length) : text
}

import { fieldValue, findField, parseHeader } from '#ground/mail/header.ts'
import { parseDeliveryReport, type ReportedRecipient } from '#ground/mail-reports/delivery-report.ts'
import { readReport } from '#ground/mail-reports/read-report.ts'
import { ReportError } from '#ground/mail-reports/report-error.ts'
import { type BounceClass, bounceClasses } from './bounce-classes.ts'
import { classifyReply } from './classify-reply.ts'
import { bodyLines, phaseOf, readPlainBounce } from './plain-bounce.ts'
import { readReply } from './read-reply.ts'
import { readTranscript, type Transcript } from './transcript.ts'

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

/**
 * Reads a message that may be a bounce: a delivery report (RFC 3464), or text as mail systems wrote it before; also one
 * that somebody passed on as text.
 */
export async function readBounce(message: Buffer): Promise<Bounce> {
  const lines = bodyLines(message)
  const recipients = [
    () => ofReports(message, lines),
    () => readPlainBounce(message).map(({ address, text }) => judge({ address, diagnostic: text })),
    () => ofTranscript(lines),
    () => ofCopy(message),
  ]
  for (const read of recipients) {
    const found = await read()
    if (found.length > 0) return { isBounce: found.some(isTrouble), recipients: found }
  }
  return { isBounce: false, recipients: [] }
}

function isTrouble({ action }: BouncedRecipient): boolean {
  return !['delivered', 'relayed', 'expanded'].includes(action ?? 'failed')
}

async function ofReports(message: Buffer, lines: readonly string[]): Promise<BouncedRecipient[]> {
  const reported = await readReported(message)
  const bare = lines.map((each) => each.replace(/^> ?/, ''))
  const found = [
    { recipients: reported, told: lines },
    { recipients: reported.length > 0 ? [] : readWrittenReport(lines), told: lines },
    { recipients: reported.length > 0 ? [] : readWrittenReport(bare), told: bare },
  ].find((each) => each.recipients.length > 0)
  if (!found) return []
  const plain = readPlainBounce(message)
  const failed = failedField(message)
  const transcript = readTranscript(found.told)
  return found.recipients.map((each) => ofReport(each, plain, failed, transcript))
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

/** A report whose parts are no parts any more: its fields stand in the text. */
function readWrittenReport(lines: readonly string[]): readonly ReportedRecipient[] {
  const start = lines.findIndex((each) => /^reporting-mta:/i.test(each))
  if (start < 0) return []
  const after = lines.slice(start)
  const end = after.findIndex((each) => /^(?:--|return-path:)/i.test(each))
  try {
    return parseDeliveryReport(Buffer.from(after.slice(0, end < 0 ? after.length : end).join('\n'), 'latin1'))
      .recipients
  } catch (cause) {
    if (cause instanceof ReportError) return []
    throw cause
  }
}

/** A note of a conversation that went wrong. */
function ofTranscript(lines: readonly string[]): BouncedRecipient[] {
  const { said, recipients } = readTranscript(lines)
  const last = said.at(-1)
  return last ? recipients.map((address) => judge({ address, diagnostic: last.text, phase: last.phase })) : []
}

/** A report that does not say whom it is about: only the header of the mail that comes back does. */
async function ofCopy(message: Buffer): Promise<BouncedRecipient[]> {
  const { fields } = parseHeader(message.subarray(0, 256 << 10))
  const type = findField(fields, 'content-type')
  if (!type || !/^\s*multipart\/report\b/i.test(fieldValue(type))) return []
  const lines = bodyLines(message)
  const start = lines.findIndex((each) => /^content-type:\s*(?:message|text)\/rfc822/i.test(each))
  const copy = start < 0 ? [] : lines.slice(start)
  const to = copy.find((each) => /^to:/i.test(each)) ?? ''
  const words = to.slice(0, 2000).split(/[\s<>,;:"()]/)
  const [address, more] = words.filter((each) => each.includes('@') && each.length <= 320)
  return address === undefined || more !== undefined ? [] : [judge({ address, diagnostic: '' })]
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
  transcript: Transcript,
): BouncedRecipient {
  const isAddress = each.address !== null && isMailAddress(each.address)
  const address = isAddress ? each.address : (failed[0] ?? each.original ?? each.address)
  // The text says more than the report: where in the conversation it was, and what a program wrote.
  const said = plain.find((one) => one.address.toLowerCase() === address?.toLowerCase())?.text ?? ''
  const reported = each.diagnostic ?? ''
  const heard =
    reported === '' ? undefined : transcript.said.find((one) => oneLine(one.text).startsWith(reported))
  // A number alone is what a program ended with.
  const told = /^\d*$/.test(reported) ? ownWords(transcript, address) || said || reported : reported
  return judge({
    address,
    diagnostic: heard?.text ?? told,
    status: each.status,
    action: each.action,
    phase: phaseOf(said) || (heard?.phase ?? ''),
    host: each.remoteMta ?? '',
    isProgram: each.diagnosticType === 'x-unix',
  })
}

/** What the reporting server says itself: about this recipient, or else about all. */
function ownWords({ own, rest }: Transcript, address: string | null): string {
  const about = own.findLast((each) => each.address === address?.toLowerCase())
  return (about ?? own.findLast((each) => each.address === null) ?? own.at(-1))?.text ?? rest
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}

function isMailAddress(text: string): boolean {
  return text.includes('@') && !/[\s|]/.test(text)
}

interface Told {
  readonly address: string | null
  readonly diagnostic: string
  readonly status?: string | null
  readonly action?: string | null
  /** Left out: as the words tell. */
  readonly phase?: string
  readonly host?: string
  readonly isProgram?: boolean
}

function judge(told: Told): BouncedRecipient {
  const { address, diagnostic, status = null, action = null, phase = phaseOf(diagnostic), host = '' } = told
  const reply = readReply(withoutPreface(diagnostic))
  const enhanced = statusOf(status, reply.enhanced)
  const reason = ofProgram(classOf({ ...reply, enhanced, phase, host }), told.isProgram ?? false)
  const gaveUp = reason === 'expired' || /\bretry time ?out exceeded\b/i.test(diagnostic)
  const isLate = (action === 'delayed' || gaveUp) && reply.code < 500
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

/** The server's own status before that of who reports it, unless it says nothing or they are of different kinds. */
function statusOf(reported: string | null, said: string): string {
  const isSaid = said !== '' && !said.endsWith('.0.0') && (reported === null || reported[0] === said[0])
  return isSaid ? said : reported !== null && !reported.endsWith('.0.0') ? reported : (reported ?? said)
}

const ofServers: readonly BounceClass[] = [
  'server-busy',
  'server-trouble',
  'protocol',
  'network',
  'policy',
  'unknown',
]

/** What servers have as faults of their own is, where a program speaks, the fault of that program. */
function ofProgram(found: BounceClass, isProgram: boolean): BounceClass {
  return isProgram && ofServers.includes(found) ? 'mail-program' : found
}

function classOf(reply: Parameters<typeof classifyReply>[0]): BounceClass {
  return classifyReply(reply).class
}

const preface =
  /^.{0,400}?(?:error from remote (?:(?:mail |mailer )?server|mailer) after [^:]{1,80}(?::\s?<[^>]{0,320}>[^:]{0,80})?:|\] said:|refused to talk to me:)\s*(?:host \S{1,255} \[[^\]]{1,60}\]:)?/is

/** The server's own words, without what the reporting server wrote before them. */
function withoutPreface(text: string): string {
  const start = text.slice(0, 1000)
  const found = preface.exec(start)
  return found ? text.slice(found[0].length) : text
}

import { whereTheyDiffer } from '#flow/inspection/explain-decisions.ts'
import type { InspectionEnd, InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { findOutcomeChanges } from '#flow/inspection/outcome-change.ts'
import { type Decision, decide } from '#flow/inspection/verdict.ts'
import type { BodyStore, BodyWriter } from '#flow/spool/body-store.ts'
import { laneName } from '#flow/spool/lane.ts'
import type { Body, Direction, Explanation, NewDelivery, NewMessage } from '#flow/spool/message.ts'
import type { SendingNote } from '#flow/spool/sending-note.ts'
import type { Spool } from '#flow/spool/spool.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Log } from '#ground/platform/log.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import { stateFor } from './disposition-state.ts'
import { isMassMail } from './is-mass-mail.ts'
import { decideProbe } from './judge-probe.ts'
import { asOutbound } from './outbound-policy.ts'
import { planRoutings } from './plan-routings.ts'
import type { RateLimits } from './rate-limits.ts'
import { type NoteNoticeBounce, readNoticeBounce } from './read-notice-bounce.ts'
import { composeReceived } from './received-field.ts'
import type { RecipientSource } from './recipient-source.ts'
import type { RefusalNotes } from './refusal-notes.ts'
import { type Reply, replies } from './replies.ts'
import { type Resubmissions, submissionKey } from './resubmissions.ts'
import type { SendingVolume } from './sending-volume.ts'
import type { Session } from './session.ts'
import { describeSender, type SessionRecipient, senderOf, type Transaction } from './session-state.ts'
import { type TakenDomainReport, takeDomainReport } from './take-domain-report.ts'
import { takeRadarReply } from './take-radar-reply.ts'
import { type TakenReport, takeReport } from './take-report.ts'
import type { WatchSender } from './watch-sender.ts'

export type AcceptMessage = (session: Session, transaction: Transaction, body: BodyWriter) => Promise<Reply>

export interface AcceptOptions {
  readonly spool: Spool
  readonly bodies: BodyStore
  readonly inspect: (
    id: string,
    body: Body,
    transaction: Transaction,
    session: Session,
    receivedAt: number,
  ) => Promise<InspectionEnd>
  /** Whether a DMARC result that DNS leaves open is answered with 451; see inspection.temperror. */
  readonly defersTemperror: () => boolean
  readonly settings: Config
  readonly recipients: RecipientSource
  readonly rates: Pick<RateLimits, 'takeReport'>
  readonly resubmissions: Resubmissions
  /** Whether a test waits for what comes back to its address. */
  readonly awaitsReply: (token: string) => Promise<boolean>
  readonly noteNoticeBounce: NoteNoticeBounce
  readonly volume: Pick<SendingVolume, 'count'>
  readonly watchSender: Pick<WatchSender, 'note' | 'giveBack'>
  /** Suspends a sender whose message is not taken. */
  readonly noteSuspect: (note: SendingNote) => Promise<void>
  readonly node: string
  readonly clock: Clock
  readonly log: Log
  readonly refusals: RefusalNotes
  readonly alarms: Alarms
  /** Told when a decision is durable, and how long it took from the end of the checks, for figures. */
  readonly onDecided?: (transaction: Transaction, tookMs: number, deliveries: readonly NewDelivery[]) => void
}

/**
 * THE PROMISE. The only function that may lead to a 250.
 *
 * What one of ours sends again though it was taken hears 250 for the one that was (resubmissions.ts). All else goes
 * in this order, because each step rests on the one before:
 *   1 the bytes are whole: in memory, or in a file that is synced under its final name
 *   2 the checks have spoken within their budget, or it is written down that they have not
 *   3 one decision for each recipient, from findings and policy alone
 *   4 one transaction: message, content, a row a recipient, ledger, books; synced when it returns
 *   5 only then: 250
 * Whatever fails before 5 ends in a temporary reply and leaves nothing behind; the sender still has the message.
 */
export function createAcceptMessage(options: AcceptOptions): AcceptMessage {
  return async (session, transaction, writer) => {
    let body: Body | null = null
    try {
      const whole = (body = await writer.finish())
      const key = senderOf(transaction) ? await submissionKey(transaction, whole) : null
      const end = await options.resubmissions.once(key, async () => {
        const answer = await takeMessage(options, session, transaction, whole, key)
        return { answer, id: answer.code === 250 ? transaction.id : null }
      })
      if ('answer' in end) return end.answer
      options.bodies.discard(whole)
      options.log.info({ message: end.before }, 'a message came again and was taken before')
      return replies.accepted(end.before)
    } catch (cause) {
      // A withdrawal may still come for a write that was late; its file goes with its row.
      if (body !== null && !(cause instanceof StoreError && cause.code === 'busy'))
        options.bodies.discard(body)
      writer.abort()
      return faultReply(options, session, transaction, cause)
    }
  }
}

/** Steps 2 to 5. @param key what makes it the same as one that is sent again; null: nothing does */
async function takeMessage(
  options: AcceptOptions,
  session: Session,
  transaction: Transaction,
  body: Body,
  key: string | null,
): Promise<Reply> {
  const receivedAt = options.clock.now()
  const sending = await options.watchSender.note(transaction, session.client.ip)
  if (sending && 'over' in sending) {
    options.bodies.discard(body)
    const reply = replies.tooMuchSent(transaction.id, sending.over)
    options.refusals.note(session, { stage: 'message', reason: 'sending-volume', reply })
    return reply
  }
  try {
    const reply = await takeCounted(options, session, transaction, { body, key, receivedAt, sending })
    if (reply.code !== 250) options.watchSender.giveBack(sending)
    return reply
  } catch (cause) {
    options.watchSender.giveBack(sending)
    throw cause
  }
}

interface Counted {
  readonly body: Body
  readonly key: string | null
  readonly receivedAt: number
  /** What it adds to what its sender has sent; null: he is none of ours. */
  readonly sending: SendingNote | null
}

async function takeCounted(
  options: AcceptOptions,
  session: Session,
  transaction: Transaction,
  { body, key, receivedAt, sending }: Counted,
): Promise<Reply> {
  const end = await options.inspect(transaction.id, body, transaction, session, receivedAt)
  const inspectedAt = performance.now()
  const decisions = decideAll(options, transaction, end)
  const reported = readReport(options, transaction, end, session.client.ip)
  const brought = transaction.recipients[0]?.isDomainReport
    ? takeDomainReport(options.recipients, transaction.id, end)
    : null
  const token = transaction.recipients[0]?.radar ?? null
  const notice = transaction.recipients[0]?.notice ?? null
  const refused = reported
    ? refuseReport(options, reported, transaction.id, end)
    : brought
      ? refuseDomainReport(brought)
      : token !== null
        ? await refuseReply(options, token, transaction.id)
        : notice !== null
          ? await refuseNoticeBounce(options, { id: transaction.id, notice, body, end, at: receivedAt })
          : refuseWhole(decisions, transaction.id)
  if (refused) {
    options.bodies.discard(body)
    noteRefusal(options, session, refused, end)
    return refused.reply
  }
  const report = reported?.kind === 'taken' ? reported : null
  const domainReport = brought?.kind === 'taken' ? brought.report : null
  const host = options.settings['site.host']
  const settled = report
    ? describeReport(transaction, report.report.tenant, report.domain, 'report-taken', receivedAt)
    : domainReport
      ? describeReport(
          transaction,
          domainReport.tenant,
          domainReport.domain,
          'domain-report-taken',
          receivedAt,
        )
      : token !== null
        ? describeReport(transaction, '', host, 'radar-reply-taken', receivedAt)
        : notice !== null
          ? describeReport(transaction, '', host, 'notice-bounce-taken', receivedAt)
          : null
  // A report that is taken is settled at once: its own verdict decides nothing.
  const open = !settled && isOpen(end, decisions)
  // What is not inspected yet cannot be held for a manager: it would leave unseen when he lets it go.
  if (sending?.suspect && open) {
    await options.noteSuspect({ ...sending, recipients: 0 })
    options.bodies.discard(body)
    const reply = replies.sendingSuspended(transaction.id)
    noteRefusal(options, session, { reason: 'sending-suspended', reply, decided: null }, end)
    return reply
  }
  const message = describeMessage(options, session, transaction, body, end, decisions, receivedAt, open)
  if (!settled) tellLoops(options, transaction, decisions)
  if (end.kind === 'poison')
    options.alarms.raise(
      'poison-message',
      transaction.id,
      `message ${transaction.id} ended two inspection threads and is parked: ${end.why}`,
    )
  const forgetBefore = receivedAt - options.settings['submission.sameWithin']
  const deliveries = settled
    ? [settled]
    : holdSuspect(
        describeDeliveries(options, end, decisions, receivedAt, isToMany(options, transaction, end, sending)),
        sending,
      )
  await options.spool.accept({
    message,
    body,
    deliveries,
    ...(sending && { sending }),
    ...(report && { report: report.report }),
    ...(domainReport && { domainReport }),
    ...(token !== null && {
      radarReply: takeRadarReply(token, transaction.mailFrom, session.client, end),
    }),
    ...(key !== null && { submission: { key, forgetBefore } }),
  })
  options.onDecided?.(transaction, performance.now() - inspectedAt, deliveries)
  return replies.accepted(transaction.id)
}

/** Whether it lets mail to one go first. */
function isToMany(
  { volume, settings }: AcceptOptions,
  transaction: Transaction,
  end: InspectionEnd,
  sending: SendingNote | null,
): boolean {
  const advice = settings['submission.adviceRecipients']
  const before = sending ? volume.count(sending.sender) - sending.recipients : 0
  return isMassMail(transaction, end, before, advice)
}

/** What a mailbox sends that looks stolen waits for a manager, whoever it is for. */
function holdSuspect(
  deliveries: readonly NewDelivery[],
  sending: SendingNote | null,
): readonly NewDelivery[] {
  if (!sending?.suspect) return deliveries
  return deliveries.map((each) =>
    each.state === 'waiting' ? { ...each, state: 'held', reason: 'sender-suspended', dueAt: null } : each,
  )
}

/** D20: a message on its third way through is held, and somebody has to look at why it came back. */
function tellLoops(
  { alarms }: AcceptOptions,
  transaction: Transaction,
  decisions: readonly RecipientDecision[],
): void {
  const looping = decisions.find(
    ({ decision }) => decision.disposition === 'hold' && stateFor(decision)[1] === 'mail-loop',
  )
  if (!looping) return
  const { domain, rcptTo } = looping.recipient
  alarms.pulse(
    'mail-loop',
    domain,
    `mail for ${rcptTo} came through here too often and is held (${transaction.id}); look where its next hop sends it`,
    600_000,
  )
}

interface RecipientDecision {
  readonly recipient: SessionRecipient
  readonly decision: Decision
}

const undecided: Decision = {
  verdict: 'unscanned',
  disposition: 'wait',
  score: 0,
  because: null,
  findings: [],
}

function decideAll(
  options: AcceptOptions,
  transaction: Transaction,
  end: InspectionEnd,
): RecipientDecision[] {
  return transaction.recipients.map((recipient) => {
    if (end.kind !== 'complete') return { recipient, decision: undecided }
    if (recipient.probe)
      return { recipient, decision: decideProbe(recipient.probe.kind, end.outcome.findings) }
    const findings = options.defersTemperror()
      ? end.outcome.findings
      : end.outcome.findings.filter((each) => each.proposal !== 'defer')
    const decision = decide(findings, recipient.policy, recipient.rcptTo)
    return { recipient, decision: recipient.outbound ? asOutbound(decision, recipient.outbound) : decision }
  })
}

interface Refused {
  readonly reason: string
  readonly reply: Reply
  /** One of those that led to it; null: it is not for what the message is. */
  readonly decided: RecipientDecision | null
}

/**
 * A message can be answered in the dialogue only for all its recipients at once. Where some must wait for DNS, all
 * wait: quarantine would call the mail of those bad for what could not be checked (N-21). Where some refuse it, they
 * get it quarantined: a bounce made by us would go to whoever the sender was forged to be.
 */
function refuseWhole(decisions: readonly RecipientDecision[], id: string): Refused | null {
  const waiting = decisions.find(({ decision }) => decision.disposition === 'defer')
  const refuses = decisions.every(({ decision }) => decision.disposition === 'reject')
  const decided = waiting ?? (refuses ? decisions[0] : undefined)
  const finding = decided?.decision.because
  if (!decided || !finding?.reply) return null
  // With the id of the trace, so that the sender's postmaster can ask about it (GW-41).
  return { reason: finding.code, reply: { ...finding.reply, text: `${finding.reply.text} [${id}]` }, decided }
}

/** Null: the mail is no report. */
function readReport(
  options: AcceptOptions,
  { id, mailFrom, recipients: [recipient] }: Transaction,
  end: InspectionEnd,
  ip: string,
): TakenReport | null {
  if (!recipient?.report) return null
  return takeReport(options, { id, mailFrom, ip, tenant: recipient.tenant, kind: recipient.report }, end)
}

/** A report is refused for who sends it, or because it cannot be read; what the checks say against it counts nothing. */
function refuseReport(
  { alarms }: AcceptOptions,
  reported: TakenReport,
  id: string,
  end: InspectionEnd,
): Refused | null {
  if (reported.kind !== 'refused') return null
  if (end.kind === 'poison')
    alarms.pulse(
      'poison-message',
      id,
      `the report ${id} ended two inspection threads and was refused: ${end.why}`,
      3_600_000,
    )
  return { reason: reported.reason, reply: reported.reply, decided: null }
}

/** Null: it is taken. */
function refuseDomainReport(brought: TakenDomainReport): Refused | null {
  return brought.kind === 'taken' ? null : { reason: brought.reason, reply: brought.reply, decided: null }
}

/** What answers no test that goes on is refused, so that its sender sees it. Null: it is taken. */
async function refuseReply(
  { awaitsReply }: AcceptOptions,
  token: string,
  id: string,
): Promise<Refused | null> {
  if (await awaitsReply(token)) return null
  return { reason: 'radar-unknown', reply: replies.noSuchRecipient(id), decided: null }
}

/** Null: it was read. */
async function refuseNoticeBounce(
  { noteNoticeBounce }: AcceptOptions,
  bounce: Parameters<typeof readNoticeBounce>[1],
): Promise<Refused | null> {
  const refused = await readNoticeBounce(noteNoticeBounce, bounce)
  return refused && { ...refused, decided: null }
}

function noteRefusal(options: AcceptOptions, session: Session, refused: Refused, end: InspectionEnd): void {
  const outcome = end.kind === 'complete' ? end.outcome : null
  options.refusals.note(session, {
    stage: 'message',
    reason: refused.reason,
    reply: refused.reply,
    ...(outcome && {
      subject: outcome.subject,
      headerMessageId: outcome.headerMessageId,
      detail: {
        findings: outcome.findings,
        facts: outcome.facts,
        headerFrom: outcome.headerFrom,
        ...(refused.decided && whatWouldChange(refused.decided)),
      },
    }),
  })
}

/** N-19: what would have changed the outcome for a recipient. */
function whatWouldChange({
  recipient,
  decision,
}: RecipientDecision): Pick<Explanation, 'tolerance' | 'changes'> {
  const { policy, rcptTo } = recipient
  return { tolerance: policy.tolerance, changes: findOutcomeChanges(decision, policy, rcptTo) }
}

const nothingKnown: InspectionOutcome = {
  findings: [],
  edits: [],
  facts: {},
  timings: {},
  subject: '',
  headerFrom: '',
  headerMessageId: '',
}

function describeMessage(
  options: AcceptOptions,
  session: Session,
  transaction: Transaction,
  body: Body,
  end: InspectionEnd,
  decisions: readonly RecipientDecision[],
  receivedAt: number,
  open: boolean,
): NewMessage {
  const outcome = end.kind === 'complete' ? end.outcome : nothingKnown
  const client = describeSender(session.client, senderOf(transaction))
  const worst = decisions.find(({ decision }) => decision.because !== null) ?? decisions[0]
  const explanation: Explanation = {
    verdict: worst?.decision.verdict ?? 'unscanned',
    score: worst?.decision.score ?? 0,
    findings:
      end.kind === 'complete'
        ? (worst?.decision.findings ?? outcome.findings)
        : [{ check: 'inspection', code: 'inspection-unfinished', weight: 0, text: end.why }],
    facts: outcome.facts,
    timings: outcome.timings,
    ...(worst && end.kind === 'complete' && whatWouldChange(worst)),
    ...whereTheyDiffer(
      outcome.findings,
      decisions.map(({ recipient: { rcptTo, policy }, decision }) => ({
        recipient: rcptTo,
        policy,
        decision,
      })),
    ),
  }
  const received = composeReceived({
    client,
    host: options.settings['site.host'],
    id: transaction.id,
    recipients: transaction.recipients.map((each) => each.rcptTo),
    at: receivedAt,
    smtputf8: transaction.parameters.smtputf8,
  })
  return {
    id: transaction.id,
    node: options.node,
    direction: directionOf(transaction),
    mailFrom: transaction.mailFrom,
    client,
    parameters: transaction.parameters,
    size: body.kind === 'inline' ? body.bytes.length : body.size,
    receivedAt,
    subject: outcome.subject,
    headerFrom: outcome.headerFrom,
    headerMessageId: outcome.headerMessageId,
    state: open ? 'inspecting' : 'decided',
    explanation,
    // Those of an inspection that goes on come with its end.
    edits: [...(open ? [] : outcome.edits), { kind: 'prepend', line: received }],
  }
}

/** Mail that leaves is outbound, also where some of its recipients are ours. */
export function directionOf({ recipients }: Transaction): Direction {
  return recipients.some((each) => each.outbound) ? 'outbound' : 'inbound'
}

/** Whether the checks have to go on behind the answer, because they did not finish or could not look yet. */
function isOpen(end: InspectionEnd, decisions: readonly RecipientDecision[]): boolean {
  if (end.kind === 'complete') return decisions.some(({ decision }) => decision.disposition === 'wait')
  return end.kind === 'unfinished'
}

function describeDeliveries(
  options: AcceptOptions,
  end: InspectionEnd,
  decisions: readonly RecipientDecision[],
  receivedAt: number,
  isBulk: boolean,
): NewDelivery[] {
  const deliveries = decisions.map(({ recipient, decision }, n): NewDelivery => {
    const isOutbound = recipient.outbound !== undefined
    const direction = isOutbound ? 'outbound' : 'inbound'
    const [state, reason] =
      end.kind === 'poison' ? (['waiting', 'poison'] as const) : stateFor(decision, isOutbound)
    const isDue = state === 'waiting' && reason === 'just-accepted'
    return {
      n,
      rcptTo: recipient.rcptTo,
      dsn: recipient.dsn,
      tenant: recipient.tenant,
      state,
      reason,
      direction,
      lane: laneName({ direction, tenant: recipient.tenant, domain: recipient.domain, via: null }),
      dueAt: isDue ? receivedAt : null,
      expiresAt: receivedAt + lifeOf(options.settings, recipient),
      noticeAt: noticeAt(recipient, receivedAt, options.settings['delivery.notices']),
      ...(isBulk && isOutbound && { isBulk }),
    }
  })
  const routings = end.kind === 'complete' ? (end.outcome.routings ?? []) : []
  const { decided, added } = planRoutings(deliveries, routings, options.recipients, {
    now: receivedAt,
    expiresAt: receivedAt + options.settings['delivery.expiryInbound'],
  })
  return [...decided, ...added.map(({ delivery }, index) => ({ ...delivery, n: deliveries.length + index }))]
}

/** A message of our own that has not come round by then never will. */
const probeLifeMs = 600_000

function lifeOf(settings: Config, { outbound, probe }: SessionRecipient): number {
  if (probe) return probeLifeMs
  return settings[outbound ? 'delivery.expiryOutbound' : 'delivery.expiryInbound']
}

/** A report is read when it comes and goes nowhere; the tenant whose it is has it in its books. */
function describeReport(
  { recipients: [recipient] }: Transaction,
  tenant: string,
  domain: string,
  reason: 'report-taken' | 'domain-report-taken' | 'radar-reply-taken' | 'notice-bounce-taken',
  receivedAt: number,
): NewDelivery {
  return {
    n: 0,
    rcptTo: recipient?.rcptTo ?? '',
    dsn: { notify: null, orcpt: null },
    tenant,
    state: 'discarded',
    reason,
    lane: laneName({ direction: 'inbound', tenant, domain, via: null }),
    dueAt: null,
    expiresAt: receivedAt,
    noticeAt: null,
  }
}

/**
 * Delays of inbound mail are told to senders that have asked for it (RFC 3461, 4.1), and to nobody else; our own people
 * hear of what they send unless they have asked for something else (OUT-08).
 */
function noticeAt(
  { dsn, outbound }: SessionRecipient,
  receivedAt: number,
  ages: readonly number[],
): number | null {
  const [first] = ages
  const wants = dsn.notify?.includes('delay') ?? outbound !== undefined
  return wants && first !== undefined ? receivedAt + first : null
}

/** A fault of ours is a temporary reply, with the exact reason in our log and a plain one for the peer. */
function faultReply(
  options: AcceptOptions,
  session: Session,
  transaction: Transaction,
  cause: unknown,
): Reply {
  const isFull = cause instanceof StoreError && cause.code === 'full'
  const reply = isFull
    ? replies.diskFull(transaction.id)
    : cause instanceof StoreError
      ? replies.spoolSlow(transaction.id)
      : replies.ownFault(transaction.id)
  options.log.error(
    { message: transaction.id, cause: String((cause as Error).stack ?? cause) },
    'a message could not be written; its client was told to come again',
  )
  options.refusals.note(session, { stage: 'message', reason: isFull ? 'disk-full' : 'own-fault', reply })
  return reply
}

import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import type { BodyStore, BodyWriter } from '#flow/spool/body-store.ts'
import type { Body, NewDelivery } from '#flow/spool/message.ts'
import type { SendingNote } from '#flow/spool/sending-note.ts'
import type { Spool } from '#flow/spool/spool.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Log } from '#ground/platform/log.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import { decideAll, type RecipientDecision } from './decide-recipients.ts'
import { describeDeliveries, holdSuspect } from './describe-deliveries.ts'
import { describeMessage, whatWouldChange } from './describe-message.ts'
import { stateFor } from './disposition-state.ts'
import { isMassMail } from './is-mass-mail.ts'
import type { RefusalNotes } from './refusal-notes.ts'
import { type Refused, refuseWhole } from './refuse-whole.ts'
import { type Reply, replies } from './replies.ts'
import { type Resubmissions, submissionKey } from './resubmissions.ts'
import type { SendingVolume } from './sending-volume.ts'
import type { Session } from './session.ts'
import { senderOf, type Transaction } from './session-state.ts'
import { type OwnMailContext, takeOwnMail } from './take-own-mail.ts'
import type { WatchSender } from './watch-sender.ts'

export type AcceptMessage = (session: Session, transaction: Transaction, body: BodyWriter) => Promise<Reply>

export interface AcceptOptions extends OwnMailContext {
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
  readonly resubmissions: Resubmissions
  readonly volume: Pick<SendingVolume, 'count'>
  readonly watchSender: Pick<WatchSender, 'note' | 'giveBack'>
  /** Suspends a sender whose message is not taken. */
  readonly noteSuspect: (note: SendingNote) => Promise<void>
  readonly node: string
  readonly clock: Clock
  readonly log: Log
  readonly refusals: RefusalNotes
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
  const host = options.settings['site.host']
  const own = await takeOwnMail(options, { transaction, client: session.client, body, end, receivedAt, host })
  const refused = own ? (own.kind === 'refused' ? own.refused : null) : refuseWhole(decisions, transaction.id)
  if (refused) {
    options.bodies.discard(body)
    noteRefusal(options, session, refused, end)
    return refused.reply
  }
  const taken = own?.kind === 'taken' ? own : null
  // What is taken for the platform itself is settled at once: its own verdict decides nothing.
  const open = !taken && isOpen(end, decisions)
  // What is not inspected yet cannot be held for a manager: it would leave unseen when he lets it go.
  if (sending?.suspect && open) {
    await options.noteSuspect({ ...sending, recipients: 0 })
    options.bodies.discard(body)
    const reply = replies.sendingSuspended(transaction.id)
    noteRefusal(options, session, { reason: 'sending-suspended', reply, decided: null }, end)
    return reply
  }
  const message = describeMessage(
    { session, transaction, body, end, decisions, receivedAt, open },
    { node: options.node, host },
  )
  if (!taken) tellLoops(options, transaction, decisions)
  if (end.kind === 'poison')
    options.alarms.raise(
      'poison-message',
      transaction.id,
      `message ${transaction.id} ended two inspection threads and is parked: ${end.why}`,
    )
  const forgetBefore = receivedAt - options.settings['submission.sameWithin']
  const deliveries = taken
    ? [taken.delivery]
    : holdSuspect(
        describeDeliveries(options, end, decisions, receivedAt, isToMany(options, transaction, end, sending)),
        sending,
      )
  await options.spool.accept({
    message,
    body,
    deliveries,
    ...(sending && { sending }),
    ...taken?.brings,
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

/** D20: a message on its third way through is held, and somebody has to look at why it came back. */
function tellLoops(
  { alarms }: AcceptOptions,
  transaction: Transaction,
  decisions: readonly RecipientDecision[],
): void {
  const looping = decisions.filter(
    ({ decision }) => decision.disposition === 'hold' && stateFor(decision)[1] === 'mail-loop',
  )
  // Of each domain, whose tenant hears of its own alone; raised again for the next recipient it stays as it is.
  for (const { recipient } of looping)
    alarms.pulse(
      'mail-loop',
      recipient.domain,
      `mail for ${recipient.rcptTo} came through here too often and is held (${transaction.id}); look where its next hop sends it`,
      600_000,
    )
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
        ...(refused.decided && {
          verdict: refused.decided.decision.verdict,
          ...whatWouldChange(refused.decided),
        }),
      },
    }),
  })
}

/** Whether the checks have to go on behind the answer, because they did not finish or could not look yet. */
function isOpen(end: InspectionEnd, decisions: readonly RecipientDecision[]): boolean {
  if (end.kind === 'complete') return decisions.some(({ decision }) => decision.disposition === 'wait')
  return end.kind === 'unfinished'
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

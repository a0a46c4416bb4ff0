import type { Reason } from '#flow/spool/reasons.ts'
import { bounceClasses } from '#ground/bounces/bounce-classes.ts'
import { isUnreachable } from '#ground/bounces/is-unreachable.ts'
import type { RecipientResult } from './attempt.ts'
import type { Attempt, Job, JobRecipient, Result, Settlement } from './delivery-store.ts'
import { DeliveryFault } from './fault.ts'
import type { ShowOriginal } from './original.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { nextWait, type RetrySchedule } from './retry-schedule.ts'
import { composeReturn, type Reported, type ReturnOptions } from './return-to-sender.ts'

export interface SettleContext {
  readonly owner: string
  readonly now: number
  /** Whether the next hop is one of ours: then waiting for it never makes mail expire (N-16). */
  readonly ownHop: boolean
  readonly retry: RetrySchedule
  /** Waits of a second try after the first refusal, in milliseconds (N-13); the last one ends it. */
  readonly secondTry: readonly number[]
  /** How long a recipient that does not exist is left alone, by how often that was said. */
  readonly suppressMs: readonly number[]
  /** The server that answered, and the address of ours that it saw; empty: none. */
  readonly host: string
  readonly localAddress: string
  /** How long another try should wait where the receiver throttles or puts off: other addresses may do better. */
  readonly waitOf: (outcome: Outcome, scheduledMs: number) => number
  /** When the hop as a whole is tried again, where it was the hop that failed; null: by the schedule. */
  readonly hopTriesAgainAt: number | null
  readonly lifeMs: number
  readonly notices: readonly number[]
  readonly random: () => number
  readonly returns: ReturnOptions
  readonly original: ShowOriginal
  /** Describes the try for the trace. */
  readonly describe: (outcome: Outcome, phase: string) => Attempt
  /** Whether the next hop passes on what the sender asked about delivery reports (RFC 3461). */
  readonly hopReports: boolean
  /** Whether the mailbox itself was reached, so that "delivered" is true and not only "passed on". */
  readonly isFinal: boolean
  /** Whether a refusal may end a delivery; else it waits until another process has heard it as well. */
  readonly mayReturn: boolean
  /** Name that news of resent mail comes from; empty: that of the mail system. */
  readonly fromName: string
}

interface Judged {
  readonly recipient: JobRecipient
  readonly outcome: Outcome
  readonly result: Result
}

/** Turns what a try came to into what is written down: states, due times, and notices to the sender. Pure. */
export function settle(
  job: Job,
  results: ReadonlyMap<number, RecipientResult>,
  context: SettleContext,
): { settlement: Settlement; outcomes: Outcome[] } {
  const judged = job.recipients.map((recipient) => judge(job, recipient, results.get(recipient.n), context))
  return {
    settlement: {
      messageId: job.message.id,
      owner: context.owner,
      at: context.now,
      results: judged.map((each) => each.result),
      notices: notices(job, judged, context),
    },
    outcomes: judged.map((each) => each.outcome),
  }
}

const nothing: RecipientResult = {
  result: new DeliveryFault('local', 'local', 'nothing was said about this recipient'),
  phase: 'local',
}

function judge(
  job: Job,
  recipient: JobRecipient,
  found: RecipientResult | undefined,
  context: SettleContext,
): Judged {
  const { result, phase } = found ?? nothing
  const outcome = secondThought(outcomeOf(result, phase, context.host), job, recipient, context)
  const attempt = context.describe(outcome, phase)
  const base = { n: recipient.n, expiresAt: recipient.expiresAt, noticeAt: recipient.noticeAt, attempt }
  if (outcome.kind === 'delivered')
    return { recipient, outcome, result: { ...base, state: 'delivered', reason: 'delivered', dueAt: null } }
  if (outcome.kind === 'failed') {
    const more = {
      ...(isGone(outcome, phase, context) && { suppressMs: context.suppressMs }),
      ...(outcome.class !== null && isUnreachable(outcome.class) && { isUnreachable: true as const }),
    }
    const end = { ...base, ...given(job, recipient, outcome.reason), dueAt: null, ...more }
    return { recipient, outcome, result: end }
  }
  const refusedFrom = refusalsOf(recipient, outcome, context)
  const more = refusedFrom.length > 0 ? { refusedFrom } : {}
  return { recipient, outcome, result: { ...base, ...wait(recipient, outcome, context), ...more } }
}

/**
 * Whether the receiver itself has said that there is no such recipient: what our own look-ups say costs nothing to ask
 * again, and what it says of the mail, of us or of its own trouble says nothing of the recipient.
 */
function isGone(outcome: Outcome, phase: string, { ownHop }: SettleContext): boolean {
  return (
    !ownHop &&
    outcome.code >= 550 &&
    outcome.class !== null &&
    bounceClasses[outcome.class].hard &&
    ['rcpt', 'data', 'final'].includes(phase)
  )
}

/**
 * A refusal of our address is the receiver's last word only when it has been tried again over others for a while, or
 * when we have doubts of the mail ourselves: then going round the refusal would be wrong.
 */
function secondThought(
  outcome: Outcome,
  job: Job,
  recipient: JobRecipient,
  { secondTry, now, ownHop, mayReturn }: SettleContext,
): Outcome {
  // A part of this platform that will not relay for us has a wrong list of addresses: the mail is not to blame (D01).
  const isOurMistake = ownHop && outcome.class === 'relay-refused'
  if ((!mayReturn || isOurMistake) && outcome.kind === 'failed')
    return { ...outcome, kind: 'retry', reason: 'deferred' }
  if (outcome.reason !== 'address-refused' || outcome.code < 500 || outcome.hop || ownHop) return outcome
  const before = recipient.refusedFrom ?? []
  const isOver =
    before.length >= secondTry.length && now - (before[0]?.at ?? now) >= (secondTry.at(-1) ?? 0) * 0.9
  return isOver || job.message.isDoubted
    ? { ...outcome, kind: 'failed', reason: 'refused-by-receiver' }
    : outcome
}

const mostRefusals = 10
/** What one process was refused, and may not return, another tries so much later. */
const soonMs = 1000

function refusalsOf(
  recipient: JobRecipient,
  outcome: Outcome,
  { localAddress, now }: SettleContext,
): NonNullable<JobRecipient['refusedFrom']> {
  const before = recipient.refusedFrom ?? []
  if (outcome.reason !== 'address-refused' || before.length >= mostRefusals) return before
  return [...before, { ip: localAddress, at: now }]
}

/** How a delivery ends that has failed: with a notice, or silently where the sender must not or will not hear. */
export function given(
  job: Job,
  recipient: JobRecipient,
  reason: Result['reason'],
): Pick<Result, 'state' | 'reason'> {
  // Whom a rule chose is none of the sender's concern, and a notice would tell him.
  const by = recipient.terms?.added?.by
  if (by === 'copy') return { state: 'discarded', reason: 'copy-failed' }
  // Unless a person decides so.
  if (by !== undefined && reason !== 'returned-by-hand' && reason !== 'hold-expired')
    return { state: 'held', reason: 'not-returned' }
  if (job.message.mailFrom === '') return { state: 'discarded', reason: 'bounce-of-bounce' }
  const { notify } = recipient.dsn
  if (notify !== null && !notify.includes('failure')) return { state: 'discarded', reason: 'notify-never' }
  // Bounces of others come to it; from ourselves there is nothing to tell that we do not know.
  if (job.message.direction === 'own') return { state: 'discarded', reason: 'bounce-of-bounce' }
  return { state: 'returned', reason }
}

/** Waits that are our own fault wherever the mail goes. */
const ourFaults: ReadonlySet<Reason> = new Set(['next-hop-is-ourselves', 'route-to-come'])

function wait(
  recipient: JobRecipient,
  outcome: Outcome,
  context: SettleContext,
): Pick<Result, 'state' | 'reason' | 'dueAt' | 'expiresAt'> {
  const ours = context.ownHop || ourFaults.has(outcome.reason)
  const dueAt =
    outcome.hop && context.hopTriesAgainAt !== null
      ? // The lane is closed as a whole; the mail stays due, so that all of it leaves when the hop is back.
        context.now
      : context.now + waitMs(recipient, outcome, context)
  return {
    state: 'waiting',
    reason: isNameless(outcome) && context.ownHop ? 'own-hop-down' : outcome.reason,
    dueAt,
    expiresAt: ours ? Math.max(recipient.expiresAt, context.now + context.lifeMs) : recipient.expiresAt,
  }
}

/** What is mended elsewhere than at a next hop that is down: in its TLS, in the route, in DNS. */
const named: ReadonlySet<Reason> = new Set(['tls-fails', 'no-route', ...ourFaults])

/** Whether the next hop failed and nothing more is known than that. */
function isNameless({ hop, reason }: Outcome): boolean {
  return hop && !named.has(reason)
}

function waitMs(recipient: JobRecipient, outcome: Outcome, context: SettleContext): number {
  if (!context.mayReturn && outcome.code >= 500) return soonMs
  const scheduled = nextWait(context.retry, recipient.attempts + 1, context.random())
  if (outcome.reason !== 'address-refused' || outcome.hop) return context.waitOf(outcome, scheduled)
  const before = recipient.refusedFrom ?? []
  const offset = context.secondTry[Math.min(before.length, context.secondTry.length - 1)] ?? scheduled
  const since = context.now - (before[0]?.at ?? context.now)
  // What a temporary refusal waits for beyond the second try is the schedule: only 5xx ever ends it.
  return before.length < context.secondTry.length ? Math.max(1000, offset - since) : scheduled
}

function notices(job: Job, judged: readonly Judged[], context: SettleContext): Settlement['notices'] {
  const failed = judged.filter((each) => each.result.state === 'returned').map(reported)
  const arrived = judged.filter((each) => each.result.state === 'delivered')
  const recovered = arrived.filter((each) => each.recipient.owesNews).map(reported)
  const asked = arrived.filter(
    (each) => !each.recipient.owesNews && each.recipient.dsn.notify?.includes('success'),
  )
  const passed = context.hopReports && !context.isFinal ? [] : asked.map(reported)
  const { original, now, returns } = context
  return [
    composeReturn('failed', job, failed, original, now, returns),
    composeReturn('recovered', job, recovered, original, now, { ...returns, fromName: context.fromName }),
    composeReturn(context.isFinal ? 'delivered' : 'relayed', job, passed, original, now, returns),
  ].filter((each) => each !== null)
}

function reported({ recipient, outcome, result }: Judged): Reported {
  return {
    recipient,
    attempt: result.attempt,
    status: outcome.enhanced,
    diagnostic: `${outcome.code || ''} ${outcome.enhanced} ${outcome.text}`.trim(),
  }
}

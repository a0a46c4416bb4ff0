import type { Reason } from '#flow/spool/reasons.ts'
import type { Job, JobRecipient, Result, Settlement } from './delivery-store.ts'
import type { ShowOriginal } from './original.ts'
import { composeReturn, type ReturnOptions } from './return-to-sender.ts'
import { given } from './settlement.ts'

export interface OverdueContext {
  readonly owner: string
  readonly now: number
  /** Why the wait is our own fault, so that it does not count (P3, N-16); null: it is not. */
  readonly ownFault: Reason | null
  /** Whether the receiver was asked since this process started: nothing is returned for a time in which nobody tried. */
  readonly isTried: (recipient: JobRecipient) => boolean
  /** How much longer mail lives that was not tried. */
  readonly graceMs: number
  readonly lifeMs: number
  /** Ages at which the sender hears of the delay. */
  readonly notices: readonly number[]
  readonly returns: ReturnOptions
  readonly original: ShowOriginal
}

/** Ours alone: receivers answer with other numbers of this class (RFC 3463, 3.8). */
const heldStatus = '5.7.0'

/**
 * What becomes of mail whose life is over, or whose sender is to hear that it still waits. No attempt is made.
 * Mail that waits by our own fault gets more life instead: our fault is never the sender's bounce (N-16). Pure.
 */
export function settleOverdue(job: Job, context: OverdueContext): Settlement {
  const { owner, now, original, returns } = context
  const judged = job.recipients.map((recipient) => ({ recipient, result: judge(job, recipient, context) }))
  const expired = judged
    .filter(({ result }) => result.state === 'returned')
    .map(({ recipient }) =>
      recipient.reason === 'hold-expired'
        ? report(recipient, heldStatus, 'It was held for review, and nobody released it in time.')
        : recipient.reason === 'returned-by-hand'
          ? report(recipient, heldStatus, 'It was returned by an administrator.')
          : report(recipient, '4.4.7', 'The time in which it could be delivered is over.'),
    )
  const late = judged
    .filter(
      ({ recipient, result }) =>
        result.state === 'waiting' && recipient.noticeAt !== null && recipient.noticeAt <= now,
    )
    .filter(({ recipient }) => recipient.dsn.notify === null || recipient.dsn.notify.includes('delay'))
    .map(({ recipient }) => ({
      ...report(recipient, '4.4.7', 'It is tried again until the time below.'),
      nextTry: now,
    }))
  const written = [
    composeReturn('failed', job, expired, original, now, returns),
    composeReturn('delayed', job, late, original, now, returns),
  ]
  return {
    messageId: job.message.id,
    owner,
    at: now,
    results: judged.map(({ result }) => result),
    notices: written.filter((each) => each !== null),
  }
}

/** Somebody, or the end of a hold, has given it back to its sender: no attempt is made any more. */
export function isGivenBack({ reason }: Pick<JobRecipient, 'reason'>): boolean {
  return reason === 'returned-by-hand' || reason === 'hold-expired'
}

function judge(job: Job, recipient: JobRecipient, context: OverdueContext): Result {
  const { now, ownFault } = context
  const base = {
    n: recipient.n,
    attempt: null,
    expiresAt: recipient.expiresAt,
    noticeAt: nextNotice(job, recipient, context),
  }
  const { reason } = recipient
  if (isGivenBack(recipient)) return { ...base, ...given(job, recipient, reason), dueAt: null }
  if (recipient.expiresAt > now) return { ...base, state: 'waiting', reason: recipient.reason, dueAt: now }
  const more = { ...base, state: 'waiting', dueAt: now } as const
  if (ownFault !== null) return { ...more, reason: ownFault, expiresAt: now + context.lifeMs }
  if (!context.isTried(recipient))
    return { ...more, reason: recipient.reason, expiresAt: now + context.graceMs }
  return { ...base, ...given(job, recipient, 'expired'), dueAt: null }
}

function nextNotice(job: Job, recipient: JobRecipient, { now, notices }: OverdueContext): number | null {
  if (recipient.noticeAt === null || recipient.noticeAt > now) return recipient.noticeAt
  const age = now - job.message.receivedAt
  const next = notices.find((each) => each > age)
  return next === undefined ? null : job.message.receivedAt + next
}

/** Tells the receiver's last words, which say more than that time is up. */
function report(
  recipient: JobRecipient,
  status: string,
  text: string,
): { recipient: JobRecipient; attempt: JobRecipient['lastAttempt']; status: string; diagnostic: string } {
  const last = recipient.lastAttempt
  const words = last ? `${last.code || ''} ${last.enhanced} ${last.reply}`.trim() : ''
  return { recipient, attempt: last, status, diagnostic: words === '' ? text : words }
}

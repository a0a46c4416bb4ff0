import type { SuppressedRecipient } from '#flow/spool/message.ts'
import { bounceClasses, isBounceClass } from '#ground/bounces/bounce-classes.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { Attempt, Job, JobRecipient, Result, Settlement } from './delivery-store.ts'
import type { ShowOriginal } from './original.ts'
import { composeReturn, type Reported, type ReturnOptions } from './return-to-sender.ts'
import { given } from './settlement.ts'

export interface SuppressedContext {
  readonly owner: string
  readonly now: number
  readonly returns: ReturnOptions
  readonly original: ShowOriginal
}

/**
 * Recipients of a job that mail does not go to, with the others. What nobody could hear of is sent all the same, and so
 * is what a person sends again after a bounce: he has seen what the receiver said, and it may have been wrong.
 */
export function withoutSuppressed({ message, recipients, ...job }: Job): { stopped: Job; rest: Job } {
  const isStopped = ({ suppressed, owesNews }: JobRecipient) =>
    suppressed !== undefined && message.mailFrom !== '' && !(owesNews && suppressed.cause === 'bounce')
  return {
    stopped: { ...job, message, recipients: recipients.filter(isStopped) },
    rest: { ...job, message, recipients: recipients.filter((each) => !isStopped(each)) },
  }
}

/** Gives mail to recipients that are left alone back to its sender at once, with the reason and the way out. Pure. */
export function settleSuppressed(job: Job, context: SuppressedContext): Settlement {
  const { owner, now, returns, original } = context
  const judged = job.recipients.map((recipient) => judge(job, recipient, now))
  const told = judged.filter(({ result }) => result.state === 'returned').map(({ reported }) => reported)
  const notice = composeReturn('failed', job, told, original, now, returns)
  return {
    messageId: job.message.id,
    owner,
    at: now,
    results: judged.map(({ result }) => result),
    notices: notice === null ? [] : [notice],
  }
}

function judge(job: Job, recipient: JobRecipient, now: number): { result: Result; reported: Reported } {
  const { n, expiresAt, noticeAt, suppressed } = recipient
  const status = statusOf(suppressed)
  const text = suppressed ? wordsOf(suppressed) : ''
  const attempt: Attempt = {
    ...{ at: now, phase: 'local', nextHop: '', host: '', ip: '', localAddress: '', tls: '' },
    ...{ code: 550, enhanced: status, reply: text, tookMs: 0 },
    ...(suppressed && isBounceClass(suppressed.class) && { class: suppressed.class }),
  }
  const end = given(job, recipient, 'suppressed')
  return {
    result: { n, expiresAt, noticeAt, dueAt: null, attempt, ...end },
    reported: {
      recipient,
      attempt: null,
      status,
      diagnostic: `550 ${status} ${text}`,
      known: adviceOf(suppressed),
    },
  }
}

function statusOf(suppressed: SuppressedRecipient | undefined): string {
  const found = suppressed?.class ?? ''
  return isBounceClass(found) ? `5.${bounceClasses[found].detail}` : '5.7.1'
}

const causes = {
  bounce: 'its server has said that it does not exist',
  complaint: 'the recipient has complained of mail with its provider',
  hand: 'your organisation has put it on its list of recipients that are left alone',
} as const

function wordsOf({ cause, class: found, words, addedAt, until }: SuppressedRecipient): string {
  const why = cause === 'bounce' && isBounceClass(found) ? bounceClasses[found].meaning : causes[cause]
  const said = words === '' ? '' : ` (on ${utcWords(addedAt)}: ${words.slice(0, 300)})`
  return `Not sent, because ${why}${said}. Mail to it is stopped until ${utcWords(until)}`
}

function adviceOf(suppressed: SuppressedRecipient | undefined): { why: string; advice: string } {
  const until = suppressed ? ` until ${utcWords(suppressed.until)}` : ''
  return {
    why: `We did not send it: ${causes[suppressed?.cause ?? 'hand']}, so nobody of your organisation writes to it${until}.`,
    advice:
      'If the address is right after all, ask whoever manages mail at your organisation to take it off the list of stopped recipients (Stopped recipients in the console), and send the message again.',
  }
}

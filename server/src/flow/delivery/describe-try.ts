import { receiverOf } from '#ground/bounces/classify-reply.ts'
import type { RecipientResult } from './attempt.ts'
import type { Attempt, Job } from './delivery-store.ts'
import { DeliveryFault } from './fault.ts'
import type { Hop } from './hop.ts'
import type { Outcome } from './outcome.ts'
import type { SmtpClient } from './smtp-client.ts'

/** When a try was begun, and when it had ended. */
export interface TryTimes {
  readonly startedAt: number
  readonly now: number
}

/** What is kept of a try: when, where to, from which address, and what was answered to one recipient. */
export function describeTry(
  outcome: Outcome,
  phase: string,
  hop: Hop,
  client: SmtpClient | null,
  { startedAt, now }: TryTimes,
): Attempt {
  const receiver = outcome.class === null || hop.isOwn ? null : receiverOf(client?.target.host ?? '')
  return {
    at: startedAt,
    phase,
    nextHop: hop.name,
    host: client?.target.host ?? '',
    ip: client?.target.ip ?? '',
    localAddress: client?.localAddress ?? '',
    tls: client?.tls ?? '',
    code: outcome.code,
    enhanced: outcome.enhanced,
    reply: outcome.text.slice(0, 1000),
    ...(outcome.class !== null && { class: outcome.class }),
    ...(receiver !== null && { receiver }),
    tookMs: now - startedAt,
  }
}

/** The same for all: the try ended before any of them had an answer of his own. */
export function everyone(job: Job, cause: unknown): Map<number, RecipientResult> {
  const fault =
    cause instanceof DeliveryFault
      ? cause
      : new DeliveryFault('local', 'local', String((cause as Error).message))
  return new Map(job.recipients.map((each) => [each.n, { result: fault, phase: fault.phase }]))
}

import type { SuppressedDelivery } from '#flow/spool/message.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import type { Job } from './delivery-store.ts'

/** The jobs of a message that was accepted with a lease: one for each of its lanes. */
export function jobsOf(
  { message, deliveries }: Acceptance,
  suppressed: readonly SuppressedDelivery[],
): Job[] {
  const byLane = new Map<string, Job['recipients'][number][]>()
  for (const each of deliveries) {
    if (each.state !== 'waiting' || each.dueAt === null) continue
    const stopped = suppressed.find(({ n }) => n === each.n)
    const recipient = {
      n: each.n,
      rcptTo: each.rcptTo,
      dsn: each.dsn,
      attempts: 0,
      reason: each.reason,
      expiresAt: each.expiresAt,
      noticeAt: each.noticeAt,
      lastAttempt: null,
      ...(each.terms && { terms: each.terms }),
      ...(stopped && { suppressed: stopped.suppressed }),
    }
    const list = byLane.get(each.lane)
    if (list) list.push(recipient)
    else byLane.set(each.lane, [recipient])
  }
  const { id, direction, mailFrom, parameters, size, receivedAt, edits } = message
  const isDoubted = direction === 'outbound' && message.explanation.verdict !== 'clean'
  const bulk = new Set(deliveries.filter(({ isBulk }) => isBulk).map(({ lane }) => lane))
  return [...byLane].map(([lane, recipients]) => ({
    lane,
    message: {
      id,
      direction,
      mailFrom,
      parameters,
      size,
      receivedAt,
      edits,
      ...(isDoubted && { isDoubted }),
      ...(bulk.has(lane) && { isBulk: true }),
    },
    recipients,
  }))
}

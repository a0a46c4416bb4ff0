import { isWithin } from './is-within.ts'
import type { Reach, TracedMessage, TracedRefusal } from './ledger-store.ts'

/**
 * What somebody may see of a message: his own deliveries and what happened to them. Null where there is none: then it
 * does not exist for him. What happened before it was decided (its arrival, its verdict) belongs to all of them.
 */
export function traceWithin(
  traced: TracedMessage | TracedRefusal | null,
  reach: Reach | undefined,
): TracedMessage | TracedRefusal | null {
  if (traced === null || !reach) return traced
  if (traced.kind === 'refusal') return isWithin(reach, traced.tenant, traced.rcptTo) ? traced : null
  const isOutbound = traced.direction === 'outbound'
  const deliveries = traced.deliveries.filter(({ tenant, rcptTo }) =>
    isWithin(reach, tenant, isOutbound ? traced.mailFrom : rcptTo),
  )
  if (deliveries.length === 0) return null
  const numbers = new Set(deliveries.map((each) => each.n))
  const events = traced.events.filter(({ n }) => n === null || numbers.has(n))
  return { ...traced, deliveries, events }
}

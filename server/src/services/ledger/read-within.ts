import { findPeople, type IsOfPeople, isWithin } from './is-within.ts'
import type { LedgerStore, Reach, TracedMessage, TracedRefusal } from './ledger-store.ts'

type Traced = TracedMessage | TracedRefusal

/**
 * What somebody may see of a message: his own deliveries and what happened to them. Null where there is none: then it
 * does not exist for him. What happened before it was decided (its arrival, its verdict) belongs to all of them.
 */
export async function readWithin(
  ledger: Pick<LedgerStore, 'read' | 'addressesOf'>,
  id: string,
  reach: Reach | undefined,
): Promise<Traced | null> {
  const traced = await ledger.read(id)
  if (traced === null || !reach) return traced
  return cut(traced, reach, await findPeople(ledger, reach, ownEndsOf(traced)))
}

/** Addresses at the end of ours. */
function ownEndsOf(traced: Traced): readonly string[] {
  if (traced.kind === 'refusal') return [traced.rcptTo]
  return traced.direction === 'outbound' ? [traced.mailFrom] : traced.deliveries.map((each) => each.rcptTo)
}

function cut(traced: Traced, reach: Reach, isOfPeople: IsOfPeople): Traced | null {
  if (traced.kind === 'refusal')
    return isWithin(reach, traced.tenant, traced.rcptTo, isOfPeople) ? traced : null
  const isOutbound = traced.direction === 'outbound'
  const deliveries = traced.deliveries.filter(({ tenant, rcptTo }) =>
    isWithin(reach, tenant, isOutbound ? traced.mailFrom : rcptTo, isOfPeople),
  )
  if (deliveries.length === 0) return null
  const numbers = new Set(deliveries.map((each) => each.n))
  const events = traced.events.filter(({ n }) => n === null || numbers.has(n))
  return { ...traced, deliveries, events }
}

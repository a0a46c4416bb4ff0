import type { QueueHop, Trace } from '@mailkeep/contract'

/**
 * The next hop that mail for a domain waits for; undefined where several may be meant.
 * @param hops those of the queue that mail of this domain, or of one below it, waits for
 */
export function hopOf(
  hops: readonly QueueHop[],
  domain: string,
  direction: Trace['direction'],
): QueueHop | undefined {
  const ours = hops.filter(({ nextHop }) => nextHop.startsWith('mx:') === (direction !== 'inbound'))
  const named = ours.filter(({ domains }) => domains.includes(domain))
  // A next hop names the first of its domains alone.
  const meant = named.length > 0 ? named : ours
  return meant.length === 1 ? meant[0] : undefined
}

import type { LedgerEvent, TracedDelivery } from '#services/ledger/ledger-store.ts'

/** Since when a delivery is in the state that it is in (ms). */
export type StateSince = (
  delivery: Pick<TracedDelivery, 'n' | 'state' | 'settledAt' | 'acceptedAt'>,
) => number

/**
 * Since when deliveries of a message are as they are: one that was released waits since then, and not since it was accepted;
 * attempts that leave it waiting begin nothing anew. Pure.
 * @param events of the message, oldest first
 */
export function statesSince(events: readonly Pick<LedgerEvent, 'n' | 'state' | 'at'>[]): StateSince {
  const last = new Map<number, { readonly state: string; readonly at: number }>()
  for (const { n, state, at } of events)
    if (n !== null && state !== null && last.get(n)?.state !== state) last.set(n, { state, at })
  return ({ n, state, settledAt, acceptedAt }) => {
    const change = last.get(n)
    return settledAt ?? (change?.state === state ? change.at : acceptedAt)
  }
}

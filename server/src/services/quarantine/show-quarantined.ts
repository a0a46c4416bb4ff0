import type { LedgerStore, Reach, TracedMessage } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { readWithin } from '#services/ledger/read-within.ts'

/** A message with what was found in it. @throws OrderError where none of its deliveries is in quarantine */
export async function showQuarantined(
  ledger: LedgerStore,
  messageId: string,
  within?: Reach,
): Promise<TracedMessage> {
  const traced = await readWithin(ledger, messageId, within)
  if (traced?.kind !== 'message') throw new OrderError('not-found', `there is no message ${messageId}`)
  if (!traced.deliveries.some((each) => each.state === 'quarantined')) {
    const states = [...new Set(traced.deliveries.map((each) => each.state))].join(', ')
    throw new OrderError('conflict', `${messageId} is not in quarantine: ${states}`)
  }
  return traced
}

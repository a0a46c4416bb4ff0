import { OrderError } from '#services/ledger/order-error.ts'
import { confirmationOf, confirmationText } from './confirmations.ts'
import type { DirectoryOrder } from './directory-order.ts'
import { type LossGuard, unconfirmedLoss } from './loss-guard.ts'
import { allDomains } from './publish-snapshot.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'
import type { Shrink } from './snapshot-store.ts'
import { tenantOfLoss } from './tenant-of-loss.ts'

/**
 * Confirms a loss (N-05): the next snapshot takes it over, and the lost addresses hear 451 for the grace time before
 * they hear 550.
 * @param seen how many are missing as far as he knows; null: however many they are
 * @throws OrderError where nothing of the kind waits, or more than he has seen
 */
export async function confirmShrink(
  order: DirectoryOrder,
  guard: LossGuard,
  domain: string,
  seen: number | null,
): Promise<Shrink> {
  const tenant = await tenantOfLoss(order, domain)
  const shrink = await unconfirmedLoss(order, guard, domain)
  const what = domain === allDomains ? 'loss of domains' : `loss of ${domain}`
  if (!shrink) throw new OrderError('not-found', `no ${what} waits to be confirmed`)
  const gone = shrink.lost + shrink.lostBefore
  if (seen !== null && gone > seen)
    throw new OrderError('conflict', `this ${what} has grown: ${gone} are missing by now; look again`)
  const change = inDirectory.setFact(confirmationOf(domain), confirmationText(order.at, gone))
  await changeRecorded(order, change, { what: 'shrink-confirmed', tenant, detail: shrink })
  return shrink
}

import { OrderError } from '#services/ledger/order-error.ts'
import type { DirectoryOrder } from './directory-order.ts'
import { allDomains, confirmationOf } from './publish-snapshot.ts'
import type { Shrink } from './snapshot-store.ts'

/**
 * Confirms a loss that waits (N-05): the next snapshot takes it over, and the lost addresses hear 451 for the
 * grace time before they hear 550.
 * @param held what publishing holds back at the moment
 * @throws OrderError where nothing of the kind waits
 */
export async function confirmShrink(
  order: DirectoryOrder,
  domain: string,
  held: readonly Shrink[],
): Promise<Shrink> {
  const shrink = held.find((each) => each.domain === domain)
  if (!shrink) {
    const what = domain === allDomains ? 'No loss of domains' : `No loss of ${domain}`
    throw new OrderError('not-found', `${what} waits to be confirmed; see "mailkeep directory status"`)
  }
  await order.directory.setFact(confirmationOf(domain), String(order.at))
  await order.directory.recordChange(order.at, 'shrink-confirmed', order.who, shrink)
  return shrink
}

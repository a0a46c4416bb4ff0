import type { Domain } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { settleClaim } from './check-claim.ts'
import { type ClaimOrder, claimInReach } from './claim-order.ts'

/** Adds a claimed domain on the word of somebody above the tenant, without its record. @throws OrderError */
export async function vouchForClaim(order: ClaimOrder, id: string): Promise<Domain> {
  const claim = await claimInReach(order, id)
  const domain = await settleClaim(order, claim, 'vouched')
  if (!domain) throw new OrderError('conflict', `${claim.name} cannot be added here`)
  return domain
}

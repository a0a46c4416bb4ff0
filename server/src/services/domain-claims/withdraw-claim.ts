import { recordOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type ClaimOrder, claimInReach, describeClaim } from './claim-order.ts'

/** Takes a claim back; its record proves nothing from then on. @throws OrderError not-found */
export async function withdrawClaim(order: ClaimOrder, id: string): Promise<void> {
  const claim = await claimInReach(order, id)
  if (!(await order.claims.removeClaim(claim.id)))
    throw new OrderError('not-found', `there is no claim ${id}`)
  await recordOrder(order, 'domain-claim-withdrawn', claim.tenant, {
    before: describeClaim(claim),
    after: null,
  })
}

import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type ClaimOrder, claimInReach, describeClaim } from './claim-order.ts'
import { inClaims } from './claim-store.ts'

/** Takes a claim back; its record proves nothing from then on. @throws OrderError not-found */
export async function withdrawClaim(order: ClaimOrder, id: string): Promise<void> {
  const claim = await claimInReach(order, id)
  const isRemoved = await changeRecorded(order, inClaims.removeClaim(claim.id), {
    ...{ what: 'domain-claim-withdrawn', tenant: claim.tenant },
    detail: { before: describeClaim(claim), after: null },
  })
  if (!isRemoved) throw new OrderError('not-found', `there is no claim ${id}`)
}

import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { ClaimStore, DomainClaim } from './claim-store.ts'

/** An order about domains that are not proved yet. */
export interface ClaimOrder extends DirectoryOrder {
  readonly claims: ClaimStore
  /** Asks DNS itself: an answer from before would hold up whoever has just put the record in. */
  readonly resolver: Resolver
  readonly newId: () => string
}

/** A claim in reach. @throws OrderError not-found */
export async function claimInReach(order: ClaimOrder, id: string): Promise<DomainClaim> {
  const found = await order.claims.claim(id)
  if (found && (!order.reach || order.reach.tenant(found.tenant))) return found
  throw new OrderError('not-found', `there is no claim ${id}`)
}

/** The TXT record that proves a claim. */
export function recordOfClaim({ name, token }: Pick<DomainClaim, 'name' | 'token'>): {
  readonly name: string
  readonly value: string
} {
  return { name: `_mailkeep.${name}`, value: `mailkeep-domain=${token}` }
}

/** What the audit log says of a claim. */
export function describeClaim({ id, tenant, name, nextHop, anyRecipient, claimedBy }: DomainClaim): object {
  return { id, tenant, name, nextHop, anyRecipient, claimedBy }
}

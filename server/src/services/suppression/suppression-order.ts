import { type DirectoryOrder, domainsOf } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Suppression, SuppressionStore } from './suppression-store.ts'

/** An order about recipients that are left alone. */
export interface SuppressionOrder extends DirectoryOrder {
  readonly suppressions: SuppressionStore
}

/**
 * Whether somebody reaches all of a tenant: whom it does not write to is told to nobody who only has some of its domains.
 */
export async function reachesAll(order: SuppressionOrder, tenant: string): Promise<boolean> {
  if (!order.reach) return true
  if (!order.reach.tenant(tenant)) return false
  const known = await domainsOf(order)
  const all = (await order.directory.domains()).filter((each) => each.tenant === tenant)
  return all.every((each) => known.some(({ name }) => name === each.name))
}

/** An entry in reach. @throws OrderError not-found */
export async function suppressionInReach(order: SuppressionOrder, id: string): Promise<Suppression> {
  const found = await order.suppressions.find(id)
  if (found === null || !(await reachesAll(order, found.tenant)))
    throw new OrderError('not-found', `there is no entry ${id}; ./mailkeep suppression list names them`)
  return found
}

/** What the audit log has of an entry. */
export function toldOf({ id, address, cause, until, note }: Suppression): object {
  return { id, address, cause, until, note }
}

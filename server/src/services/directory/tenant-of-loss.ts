import { OrderError } from '#services/ledger/order-error.ts'
import { type DirectoryOrder, domainsOf } from './directory-order.ts'

/**
 * The tenant whose loss it is; null: lost domains are the site's, and a domain that is gone is nobody's.
 * @throws OrderError where it is not in reach of whoever orders
 */
export async function tenantOfLoss(order: DirectoryOrder, domain: string): Promise<string | null> {
  const found = (await domainsOf(order)).find((each) => each.name === domain)
  if (found) return found.tenant
  if (order.reach) throw new OrderError('not-found', `no loss of ${domain} waits in your reach`)
  return null
}

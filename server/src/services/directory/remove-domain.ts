import { normaliseDomain } from '#ground/mail/domain.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { DirectoryOrder } from './directory-order.ts'

/** Removes a domain with its people and groups. Mail that waits for it stays. @throws OrderError */
export async function removeDomain(order: DirectoryOrder, name: string): Promise<void> {
  const domain = normaliseDomain(name)
  if (!(await order.directory.removeDomain(domain)))
    throw new OrderError('not-found', `there is no domain ${domain}`)
  await order.directory.recordChange(order.at, 'domain-removed', order.who, { domain })
}

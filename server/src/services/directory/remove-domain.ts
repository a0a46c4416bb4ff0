import { normaliseDomain } from '#ground/mail/domain.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { domainState } from './add-domain.ts'
import {
  assertSeen,
  changedMeanwhile,
  type DirectoryOrder,
  domainsOf,
  recordOrder,
} from './directory-order.ts'

/** Removes a domain with its people and groups. Mail that waits for it stays. @throws OrderError */
export async function removeDomain(order: DirectoryOrder, name: string): Promise<void> {
  const domain = normaliseDomain(name)
  const known = (await domainsOf(order)).find((each) => each.name === domain)
  if (!known) throw new OrderError('not-found', `there is no domain ${domain}`)
  assertSeen(order, domainState(known), domain)
  if (!(await order.directory.removeDomain(domain, known))) throw changedMeanwhile(domain)
  await recordOrder(order, 'domain-removed', known.tenant, { domain, before: domainState(known) })
}

import { recordOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type DkimOrder, describeKey, domainInReach } from './dkim-order.ts'
import type { DkimKey } from './dkim-store.ts'

/** Nothing is signed with it from now on; its record should stay for some days. @throws OrderError not-found */
export async function removeKey(order: DkimOrder, name: string, selector: string): Promise<DkimKey> {
  const domain = await domainInReach(order, name)
  const key = (await order.dkim.keys(domain.name)).find((each) => each.selector === selector)
  if (!key) throw new OrderError('not-found', `${domain.name} has no key ${selector}`)
  await order.dkim.removeKey(domain.name, selector)
  await recordOrder(order, 'dkim-key-removed', domain.tenant, { before: describeKey(key), after: null })
  return key
}

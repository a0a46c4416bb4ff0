import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type DkimOrder, describeKey, domainInReach } from './dkim-order.ts'
import { type DkimKey, inDkim } from './dkim-store.ts'

/** Nothing is signed with it from now on; its record should stay for some days. @throws OrderError not-found */
export async function removeKey(order: DkimOrder, name: string, selector: string): Promise<DkimKey> {
  const domain = await domainInReach(order, name)
  const key = (await order.dkim.keys(domain.name)).find((each) => each.selector === selector)
  if (!key) throw new OrderError('not-found', `${domain.name} has no key ${selector}`)
  await changeRecorded(order, inDkim.removeKey(domain.name, selector), {
    ...{ what: 'dkim-key-removed', tenant: domain.tenant, detail: { before: describeKey(key), after: null } },
  })
  return key
}

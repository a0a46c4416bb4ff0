import { normaliseAddress } from '#ground/mail/address.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { userState } from './add-users.ts'
import {
  assertSeen,
  changedMeanwhile,
  type DirectoryOrder,
  domainsOf,
  recordOrder,
} from './directory-order.ts'

/**
 * Removes people or aliases; where the order says what it has seen, that is the first of them.
 * @throws OrderError where one of them is not there, and then removes none
 */
export async function removeUsers(order: DirectoryOrder, addresses: readonly string[]): Promise<number> {
  const keys = addresses.map((each) => normaliseAddress(each.trim()).lookupKey)
  const tenants = new Map((await domainsOf(order)).map((each) => [each.name, each.tenant]))
  const byTenant = new Map<string, string[]>()
  for (const key of keys) {
    const tenant = tenants.get((await order.directory.user(key))?.domain ?? '')
    if (tenant === undefined) throw new OrderError('not-found', `there is no user ${key}`)
    byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), key])
  }
  const first = order.seen ? await order.directory.user(keys[0] ?? '') : null
  if (first) assertSeen(order, userState(first), first.address)
  const removed = await order.directory.removeUsers(keys, first ?? undefined)
  if (first && removed === 0) throw changedMeanwhile(first.address)
  for (const [tenant, own] of byTenant)
    await recordOrder(order, 'users-removed', tenant, { addresses: own.slice(0, 100), removed: own.length })
  return removed
}

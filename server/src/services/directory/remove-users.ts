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
import type { Ended } from './directory-store.ts'

/**
 * Removes people or aliases with what stands at them; where the order says what it has seen, that is the first of them.
 * @throws OrderError where one of them is not there, and then removes none
 */
export async function removeUsers(
  order: DirectoryOrder,
  addresses: readonly string[],
): Promise<{ readonly users: number; readonly ended: Ended }> {
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
  let [users, ended]: [number, Ended] = [0, { rules: 0, senders: 0, passwords: 0, keys: 0 }]
  for (const [tenant, own] of byTenant) {
    const seen = first && own.includes(first.address) ? first : undefined
    const removed = await order.directory.removeUsers(own, order.at, seen)
    if (seen && removed.users === 0) throw changedMeanwhile(seen.address)
    const detail = { addresses: own.slice(0, 100), removed: own.length, ended: removed.ended }
    await recordOrder(order, 'users-removed', tenant, detail)
    users += removed.users
    ended = sum(ended, removed.ended)
  }
  return { users, ended }
}

function sum(one: Ended, other: Ended): Ended {
  return {
    rules: one.rules + other.rules,
    senders: one.senders + other.senders,
    passwords: one.passwords + other.passwords,
    keys: one.keys + other.keys,
  }
}

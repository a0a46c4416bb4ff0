import { normaliseAddress } from '#ground/mail/address.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { userState } from './add-users.ts'
import { assertSeen, changedMeanwhile, type DirectoryOrder, domainsOf } from './directory-order.ts'
import type { Ended } from './directory-store.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'

/**
 * Removes people or aliases with what stands at them; where the order says what it has seen, that is the first of them.
 * @throws OrderError where one of them is not there, and then removes none
 */
export async function removeUsers(
  order: DirectoryOrder,
  addresses: readonly string[],
): Promise<{ readonly users: number; readonly ended: Ended }> {
  const keys = [...new Set(addresses.map((each) => normaliseAddress(each.trim()).lookupKey))]
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
    const removal = inDirectory.removeUsers(own, order.at, seen)
    const detail = { addresses: own.slice(0, 100), removed: own.length }
    const line = { what: 'users-removed', tenant, detail, answerAs: 'ended' }
    const removed = await changeRecorded(order, removal, line)
    if (removed === null)
      throw seen
        ? changedMeanwhile(seen.address)
        : new OrderError('not-found', `there is no user ${own[0]} any more: somebody else has removed him`)
    users += own.length
    ended = sum(ended, removed)
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

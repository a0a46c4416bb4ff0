import { normaliseAddress } from '#ground/mail/address.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { DirectoryOrder } from './directory-order.ts'

/** Removes people or aliases. @throws OrderError where one of them is not there, and then removes none */
export async function removeUsers(order: DirectoryOrder, addresses: readonly string[]): Promise<number> {
  const keys = addresses.map((each) => normaliseAddress(each.trim()).lookupKey)
  for (const key of keys)
    if ((await order.directory.user(key)) === null)
      throw new OrderError('not-found', `there is no user ${key}`)
  const removed = await order.directory.removeUsers(keys)
  await order.directory.recordChange(order.at, 'users-removed', order.who, { addresses: keys, removed })
  return removed
}

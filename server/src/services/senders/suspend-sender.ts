import { type DirectoryOrder, domainsOf } from '#services/directory/directory-order.ts'
import { addressKey } from '#services/directory/read-user.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { SenderStore } from './sender-store.ts'

export interface SuspendOrder extends DirectoryOrder {
  readonly senders: SenderStore
}

const longestWhy = 500

/**
 * Somebody says that a mailbox sends as a stolen one does: it may not send until it is freed or reset, and what waits of
 * it is held within seconds. An alias stands for its owner, as it does when mail is counted.
 * @returns whose sending is suspended
 * @throws OrderError not-found: it is of no domain in reach; wrong; conflict: it is suspended already
 */
export async function suspendSender(order: SuspendOrder, address: string, why: string): Promise<string> {
  const { senders, directory, who, ip = '', at } = order
  const key = addressKey(address).toLowerCase()
  const domains = await domainsOf(order)
  const domainOf = (mailbox: string) =>
    domains.find((each) => each.name === mailbox.slice(mailbox.lastIndexOf('@') + 1))
  const missing = new OrderError('not-found', `there is no domain of ${address.slice(0, 320)} here`)
  if (!domainOf(key)) throw missing
  const words = why.trim()
  if (words === '' || words.length > longestWhy)
    throw new OrderError('wrong', `say why, in ${longestWhy} letters at most`)
  const user = await directory.user(key)
  const sender = user?.kind === 'alias' ? user.owner : key
  // The owner of an alias may be in a domain, and of a tenant, that whoever says so has no say in.
  const domain = domainOf(sender)
  if (!domain) throw missing
  const suspension = { sender, tenant: domain.tenant, why: [`${who} says: ${words}`], who, ip, at }
  if (!(await senders.suspend(suspension))) throw new OrderError('conflict', `${sender} is suspended already`)
  return sender
}

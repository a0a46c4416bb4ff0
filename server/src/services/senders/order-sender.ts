import type { Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { SenderOrder, SenderStore, SuspendedSender } from './sender-store.ts'

/** A manager's order about a suspended mailbox. */
export interface SuspendedOrder extends SenderOrder {
  readonly senders: SenderStore
  readonly within?: Reach
}

/** It was the mailbox's own mail: it sends again, and what is held leaves. Answers how many deliveries. @throws OrderError */
export async function freeSender(order: SuspendedOrder): Promise<number> {
  const { sender } = await suspendedOf(order)
  const done = await order.senders.free({ ...order, sender })
  if (done === null) throw gone(order)
  return done
}

/**
 * Somebody else had the password: it opens nothing any more, and what is held goes to quarantine, from where managers may
 * still have it. @throws OrderError
 */
export async function resetSender(
  order: SuspendedOrder,
): Promise<{ readonly passwords: number; readonly deliveries: number }> {
  const { sender } = await suspendedOf(order)
  const done = await order.senders.reset({ ...order, sender })
  if (done === null) throw gone(order)
  return done
}

async function suspendedOf(order: SuspendedOrder): Promise<SuspendedSender> {
  const { senders, sender, within } = order
  const [found] = await senders.suspended({ ...(within && { within }), sender: sender.toLowerCase() }, 1)
  if (!found) throw gone(order)
  return found
}

function gone({ sender }: SuspendedOrder): OrderError {
  return new OrderError('not-found', `${sender} is not suspended`)
}

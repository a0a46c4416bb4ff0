import type { Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { SenderOrder, SenderStore, SuspendedSender } from './sender-store.ts'

const dayMs = 86_400_000
/** What is beyond is left to the last step. */
const mostSteps = 10_000

/** A manager's order about a suspended mailbox. */
export interface SuspendedOrder extends SenderOrder {
  readonly senders: SenderStore
  readonly within?: Reach
}

/** It was the mailbox's own mail: it sends again, and what is held leaves. Answers how many deliveries. @throws OrderError */
export async function freeSender(order: SuspendedOrder): Promise<number> {
  const { sender } = await suspendedOf(order)
  const { senders, who, ip, at, lifeMs } = order
  const freed = { sender, who, ip, at, lifeMs }
  // It is suspended until the last step: if this ends midway, what was let go is held again, and he presses again.
  const done = await senders.free(freed, await toTheEnd(() => senders.moveHeld(freed, 'waiting')))
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
  const { sender, since } = await suspendedOf(order)
  const { senders, who, ip, at, lifeMs } = order
  const reset = { sender, who, ip, at, lifeMs }
  // What waits and was not held yet would leave: nobody looks for it any more once the suspension ends.
  await toTheEnd(() => senders.holdWaiting(sender, since - dayMs, at))
  const moved = await toTheEnd(() => senders.moveHeld(reset, 'quarantined'))
  const done = await senders.reset(reset, moved)
  if (done === null) throw gone(order)
  return done
}

/** Does a step until there is nothing left, so that others come in between. Answers how many deliveries. */
async function toTheEnd(step: () => Promise<number>): Promise<number> {
  let sum = 0
  for (let n = 0; n < mostSteps; n++) {
    const moved = await step()
    if (moved === 0) break
    sum += moved
  }
  return sum
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

import type { Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { followHeld } from './follow-held.ts'
import type { HeldParts } from './held-parts.ts'
import type { HeldAction, HeldLine, HeldQuery } from './held-store.ts'

/** A manager's order about a held message. */
export interface ManagerOrder extends Pick<HeldParts, 'held' | 'readHeld' | 'times' | 'now'> {
  readonly messageId: string
  readonly who: string
  /** Address that the order came from; empty: from this machine. */
  readonly ip: string
  /** Only mail in reach; undefined: all. */
  readonly within?: Reach
  readonly mayVirus: boolean
  readonly note?: string
}

/** Held mail, oldest first. `more`: there is more than shown. */
export async function listHeld(
  { readHeld }: Pick<HeldParts, 'readHeld'>,
  query: HeldQuery,
  limit: number,
): Promise<{ readonly lines: HeldLine[]; readonly more: boolean }> {
  const found = await readHeld.list(query, limit + 1)
  return { lines: found.slice(0, limit), more: found.length > limit }
}

/**
 * Sends it to its recipients after all, gives it back to its sender with a notice, or takes it back without one.
 * Answers for how many recipients. @throws OrderError
 */
export async function orderHeld(order: ManagerOrder, action: Exclude<HeldAction, 'expire'>): Promise<number> {
  const { held, times, now, messageId, who, ip, within, mayVirus, note } = order
  const line = await read(order)
  if (!line) throw new OrderError('not-found', `there is no held message ${messageId}`)
  if (line.isJudged) throw new OrderError('conflict', `${messageId} is being judged anew at this moment`)
  if (line.held === 0) throw new OrderError('conflict', `${messageId} is not held: ${line.state}`)
  if (action === 'release' && !mayVirus && (line.reason === 'virus' || line.verdict === 'virus'))
    throw new OrderError('forbidden', `${messageId} holds a virus, and your role may not release that`)
  return held.act({
    ...{ action, messageId, who, ip, mayVirus, at: now(), lifeMs: times().lifeMs },
    ...(within && { within }),
    ...(note !== undefined && { note }),
  })
}

/** A message that was held this moment is shown by its trace before the next round has noted it here. */
async function read(order: ManagerOrder): Promise<HeldLine | null> {
  const { readHeld, messageId, within } = order
  const line = await readHeld.read(messageId, within)
  if (line) return line
  await followHeld(order)
  return readHeld.read(messageId, within)
}

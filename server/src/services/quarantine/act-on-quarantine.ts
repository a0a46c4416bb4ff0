import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { QuarantineStore } from './quarantine-store.ts'
import { showQuarantined } from './show-quarantined.ts'

export interface QuarantineOrder {
  readonly quarantine: QuarantineStore
  readonly ledger: LedgerStore
  /** Where the audit row is written. */
  readonly directory: DirectoryStore
  readonly messageId: string
  /** Only this recipient; undefined: all of them. */
  readonly recipient?: string
  readonly at: number
  readonly who: string
}

/**
 * Lets a message go on to its recipients. Answers to how many; 0: somebody was faster. With `rescan` it is scanned
 * once more before it leaves. @throws OrderError
 */
export async function releaseMessage(
  order: QuarantineOrder,
  lifeMs: number,
  rescan = false,
): Promise<number> {
  const { quarantine, messageId, at, who } = order
  let released = 0
  for (const n of await recipientsOf(order))
    released += await quarantine.release(messageId, n, at, lifeMs, who, rescan)
  await record(order, 'quarantine-released', released)
  return released
}

/** Deletes a message from quarantine for good. Answers for how many recipients. @throws OrderError */
export async function deleteMessage(order: QuarantineOrder): Promise<number> {
  const { quarantine, messageId, at, who } = order
  let deleted = 0
  for (const n of await recipientsOf(order)) deleted += await quarantine.remove(messageId, n, at, who)
  await record(order, 'quarantine-deleted', deleted)
  return deleted
}

/** Numbers of the recipients meant; null stands for all. */
async function recipientsOf({ ledger, messageId, recipient }: QuarantineOrder): Promise<(number | null)[]> {
  const { deliveries } = await showQuarantined(ledger, messageId)
  if (recipient === undefined) return [null]
  const wanted = recipient.toLowerCase()
  const found = deliveries.filter(
    (each) => each.state === 'quarantined' && each.rcptTo.toLowerCase() === wanted,
  )
  if (found.length === 0)
    throw new OrderError('not-found', `${messageId} is not in quarantine for ${recipient}`)
  return found.map((each) => each.n)
}

async function record(order: QuarantineOrder, what: string, deliveries: number): Promise<void> {
  const { directory, at, who, messageId, recipient } = order
  await directory.recordChange(at, what, who, { messageId, recipient, deliveries })
}

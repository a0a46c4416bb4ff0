import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { LedgerStore, Reach, TracedDelivery } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { QuarantineStore } from './quarantine-store.ts'
import { showQuarantined } from './show-quarantined.ts'

export interface QuarantineOrder {
  readonly quarantine: QuarantineStore
  readonly ledger: LedgerStore
  /** Where the audit row is written. */
  readonly directory: DirectoryStore
  readonly messageId: string
  /** Only these recipients; undefined: all of them. */
  readonly recipients?: readonly string[]
  /** Only deliveries in reach; undefined: all of them. */
  readonly within?: Reach
  /** Whether what holds a virus may be released (GW-38). */
  readonly mayVirus: boolean
  readonly at: number
  readonly who: string
  /** Address that the order came from; undefined: from this machine. */
  readonly ip?: string
}

/**
 * Lets a message go on to its recipients. Answers to how many; 0: somebody was faster. It is scanned once more before
 * it leaves, unless somebody wants it out `anyway`. @throws OrderError
 */
export async function releaseMessage(
  order: QuarantineOrder,
  lifeMs: number,
  anyway = false,
): Promise<number> {
  const { quarantine, messageId, at, who, mayVirus } = order
  const deliveries = await deliveriesOf(order)
  if (!mayVirus && deliveries.some((each) => each.reason === 'virus'))
    throw new OrderError('forbidden', `${messageId} holds a virus, and your role may not release that`)
  let released = 0
  for (const { n } of deliveries) released += await quarantine.release(messageId, n, at, lifeMs, who, !anyway)
  await record(order, 'quarantine-released', deliveries, released)
  return released
}

/** Deletes a message from quarantine for good. Answers for how many recipients. @throws OrderError */
export async function deleteMessage(order: QuarantineOrder): Promise<number> {
  const { quarantine, messageId, at, who } = order
  const deliveries = await deliveriesOf(order)
  let deleted = 0
  for (const { n } of deliveries) deleted += await quarantine.remove(messageId, n, at, who)
  await record(order, 'quarantine-deleted', deliveries, deleted)
  return deleted
}

/** The deliveries meant, all of them in quarantine. */
async function deliveriesOf({
  ledger,
  messageId,
  recipients,
  within,
}: QuarantineOrder): Promise<TracedDelivery[]> {
  const { deliveries } = await showQuarantined(ledger, messageId, within)
  const aside = deliveries.filter((each) => each.state === 'quarantined')
  if (recipients === undefined) return aside
  const wanted = recipients.map((each) => each.toLowerCase())
  const missing = wanted.find((each) => !aside.some(({ rcptTo }) => rcptTo.toLowerCase() === each))
  if (missing !== undefined)
    throw new OrderError('not-found', `${messageId} is not in quarantine for ${missing}`)
  return aside.filter(({ rcptTo }) => wanted.includes(rcptTo.toLowerCase()))
}

/** One line of the audit log for each tenant whose mail it was. */
async function record(
  order: QuarantineOrder,
  what: string,
  deliveries: readonly TracedDelivery[],
  done: number,
): Promise<void> {
  const { directory, at, who, ip = '', messageId } = order
  for (const tenant of new Set(deliveries.map((each) => each.tenant))) {
    const recipients = deliveries.filter((each) => each.tenant === tenant).map((each) => each.rcptTo)
    await directory.recordChange(
      at,
      what,
      who,
      { messageId, recipients: recipients.slice(0, 50), deliveries: done },
      { tenant, ip },
    )
  }
}

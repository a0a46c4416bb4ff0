import type { DirectoryStore, StoreCall } from '#services/directory/directory-store.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import type { LedgerStore, Reach, TracedDelivery } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { inQuarantine } from './quarantine-store.ts'
import { showQuarantined } from './show-quarantined.ts'

export interface QuarantineOrder {
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
  const { messageId, at, who, mayVirus } = order
  const deliveries = await deliveriesOf(order)
  if (!mayVirus && deliveries.some((each) => each.reason === 'virus'))
    throw new OrderError('forbidden', `${messageId} holds a virus, and your role may not release that`)
  const release = inQuarantine.release(messageId, places(deliveries), at, lifeMs, who, !anyway)
  return recorded(order, release, 'quarantine-released', deliveries)
}

/** Deletes a message from quarantine for good. Answers for how many recipients. @throws OrderError */
export async function deleteMessage(order: QuarantineOrder): Promise<number> {
  const { messageId, at, who } = order
  const deliveries = await deliveriesOf(order)
  const remove = inQuarantine.remove(messageId, places(deliveries), at, who)
  return recorded(order, remove, 'quarantine-deleted', deliveries)
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

const places = (deliveries: readonly TracedDelivery[]) => deliveries.map(({ n }) => n)

/** With one line of the audit log for each tenant whose mail it was. */
function recorded(
  order: QuarantineOrder,
  change: StoreCall<number>,
  what: string,
  deliveries: readonly TracedDelivery[],
): Promise<number> {
  const { messageId } = order
  const lines = [...Map.groupBy(deliveries, (each) => each.tenant)].map(([tenant, own]) => {
    const recipients = own.slice(0, 50).map((each) => each.rcptTo)
    return { what, tenant, detail: { messageId, recipients }, answerAs: 'deliveries' }
  })
  return changeRecorded(order, change, ...lines)
}

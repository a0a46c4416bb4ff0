import { OrderError } from '#services/ledger/order-error.ts'
import { isForMany } from '#services/tasks/is-for-many.ts'
import { restBetweenSteps } from '#services/tasks/rest-between-steps.ts'
import { isEmpty } from './list-queue.ts'
import type { QueueAction, QueueStore, Selection } from './queue-store.ts'

export interface QueueOrder {
  readonly queue: QueueStore
  readonly action: QueueAction
  readonly selection: Selection
  /** Says that the selection may be empty: everything. */
  readonly all: boolean
  /** For reroute: the next hop. */
  readonly via?: string
  readonly at: number
  readonly who: string
  /** Address that it came from; undefined: this machine. */
  readonly ip?: string
}

/** Messages an order touches in one transaction, so that mail flows on between them. */
const batch = 1000
/** Messages whose ids are looked up at a time. */
const page = 100_000

/** How many deliveries an order would touch. @throws OrderError for one that names nothing */
export async function countTargets(order: QueueOrder): Promise<number> {
  if (isEmpty(order.selection) && !order.all)
    throw new OrderError('wrong', `which mail? Name ids, or a selection, or --all for everything`)
  if (order.action === 'reroute' && order.via === undefined)
    throw new OrderError('wrong', 'where to? Name it with --next-hop')
  if (order.via?.includes('|')) throw new OrderError('wrong', 'a next hop has no bar in it')
  return order.queue.count(order.action, order.selection)
}

/**
 * Does what a person orders, to each message of the selection once; every delivery gets its event, every
 * message its line in the audit log. Answers how many deliveries were changed: what is on the wire at this moment is left alone.
 */
export async function actOnQueue(order: QueueOrder, onProgress: (done: number) => void): Promise<number> {
  const forMany = isForMany(await countTargets(order))
  const { queue, action, selection } = order
  let [after, done] = ['', 0]
  for (;;) {
    const ids = await queue.targets(action, selection, after, page)
    for (let start = 0; start < ids.length; start += batch) {
      const began = performance.now()
      done += await actOn(order, forMany, ids.slice(start, start + batch))
      onProgress(done)
      await restBetweenSteps(began)
    }
    const last = ids.at(-1)
    if (ids.length < page || last === undefined) return done
    after = last
  }
}

function actOn(order: QueueOrder, forMany: boolean, messageIds: readonly string[]): Promise<number> {
  const { queue, action, selection, via, at, who, ip } = order
  return queue.act({
    action,
    selection: { ...selection, messageIds },
    at,
    who,
    ...(ip !== undefined && { ip }),
    isForMany: forMany,
    limit: 1_000_000,
    ...(via !== undefined && { via }),
  })
}

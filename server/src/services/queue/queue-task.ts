import { isForMany } from '#services/tasks/is-for-many.ts'
import type { TaskKind } from '#services/tasks/task-kind.ts'
import type { ActRequest, QueueAction, QueueStore, Selection } from './queue-store.ts'

/** What a task of the queue is told: which deliveries, and what to do to them. */
export interface QueueTaskOrder {
  readonly action: QueueAction
  readonly selection: Selection
  /** For reroute: the next hop. */
  readonly via?: string
}

/** Messages of a step. */
const stepSize = 200

/**
 * An order to the queue as work in steps, in the order of the ids of messages: each message is met once, also when it
 * is back in the state that the order starts from.
 */
export function queueTask(queue: Pick<QueueStore, 'targets'>, now: () => number): TaskKind {
  return {
    async plan({ order, position, who, ip, id, total }) {
      const { action, selection, via } = order as unknown as QueueTaskOrder
      const ids = await queue.targets(action, selection, position, stepSize)
      const next = ids.at(-1)
      if (next === undefined) return null
      const request: ActRequest = {
        action,
        selection: { ...selection, messageIds: ids },
        at: now(),
        who,
        ip,
        task: id,
        isForMany: isForMany(total),
        limit: 1_000_000,
        ...(via !== undefined && { via }),
      }
      return { calls: [{ store: 'queue', method: 'act', values: [request] }], next }
    },
  }
}

import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { QueueLane, QueueLine, QueueStore, Selection } from './queue-store.ts'
import { flowWindowMs } from './time-to-empty.ts'

export interface QueueView {
  /** Every lane with mail in it; given where nothing was selected. */
  readonly lanes: readonly QueueLane[] | null
  /** Deliveries of the selection; given where something was selected. */
  readonly deliveries: readonly QueueLine[] | null
  /** Whether there are more than shown. */
  readonly more: boolean
}

/** States that a person finds in the queue when none is named. */
const queued: readonly DeliveryState[] = ['waiting', 'held']

/** What waits: the lanes, or with a selection its deliveries, oldest first. */
export async function listQueue(
  queue: QueueStore,
  selection: Selection,
  state: DeliveryState | undefined,
  limit: number,
): Promise<QueueView> {
  if (isEmpty(selection) && state === undefined) {
    const lanes = await queue.lanes(Date.now() - flowWindowMs)
    return { lanes: lanes.slice(0, limit), deliveries: null, more: lanes.length > limit }
  }
  const found = await queue.list(selection, state === undefined ? queued : [state], limit + 1)
  return { lanes: null, deliveries: found.slice(0, limit), more: found.length > limit }
}

/** Whether a selection names nothing, and so everything in reach. */
export function isEmpty(selection: Selection): boolean {
  const { within: _reach, ...named } = selection
  return Object.values(named).every((each) => each === undefined)
}

import type { Lane } from '#flow/spool/lane.ts'
import type { DeliveryState, Owner } from '#flow/spool/message-state.ts'
import type { QueueAction } from '#services/queue/queue-store.ts'

/**
 * Rules that belong to flow and services and that the stores must keep. Storage imports only types of those floors,
 * so whoever opens the stores passes the rules in.
 */
export interface StoreRules {
  /** Throws where the table of states has no such change. */
  readonly assertTransition: (from: DeliveryState | 'new', to: DeliveryState, owner: Owner) => void
  /** States that an action of people starts from. */
  readonly actionFrom: Readonly<Record<QueueAction, readonly DeliveryState[]>>
  readonly parseLane: (name: string) => Lane
  readonly laneName: (lane: Lane) => string
}

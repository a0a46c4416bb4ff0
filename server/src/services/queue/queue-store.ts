import { queueActionFrom } from '@mailkeep/contract/queue-action-states'
import type { Attempt } from '#flow/delivery/delivery-store.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'

/** Which deliveries are meant. All given conditions must hold. */
export interface Selection {
  readonly messageIds?: readonly string[]
  /** Only these deliveries; their messages are named in `messageIds` too. */
  readonly keys?: readonly { readonly messageId: string; readonly n: number }[]
  readonly lane?: string
  /** One of these; none: nothing. */
  readonly lanes?: readonly string[]
  /** The next hop that `lanes` lead to, in words: what is meant is said by `lanes`. */
  readonly hop?: string
  readonly tenant?: string
  /** Domain of the recipient. */
  readonly domain?: string
  readonly sender?: string
  readonly recipient?: string
  readonly reason?: string
  /** Accepted before. */
  readonly before?: number
  /** Only what was returned so. */
  readonly returned?: ReturnedSo
  /** Only deliveries in reach. */
  readonly within?: Reach
}

/** How mail was returned; all given conditions hold of one return. */
export interface ReturnedSo {
  /** The node that did it. */
  readonly node?: string
  /** At this moment or later; at this moment or before. */
  readonly since?: number
  readonly until?: number
  /** Part of what the receiver said, any case. */
  readonly reply?: string
}

export type QueueAction = keyof typeof queueActionFrom

/** States that an action starts from. */
export const actionFrom: Readonly<Record<QueueAction, readonly DeliveryState[]>> = queueActionFrom

export interface QueueLine {
  readonly messageId: string
  readonly n: number
  readonly tenant: string
  readonly mailFrom: string
  readonly rcptTo: string
  readonly subject: string
  readonly size: number
  readonly state: DeliveryState
  readonly reason: Reason
  readonly attempts: number
  readonly acceptedAt: number
  readonly dueAt: number | null
  readonly underWay: boolean
  readonly expiresAt: number
  readonly lastAttempt: Attempt | null
}

/** What waits in one lane. */
export interface QueueLane {
  readonly lane: string
  readonly tenant: string
  readonly direction: string
  readonly domain: string
  readonly state: DeliveryState
  readonly deliveries: number
  readonly oldestAt: number
  readonly nextDue: number | null
  /** What the next hop last said to one of them. */
  readonly lastReply: string
  /** Deliveries that came into it, and left it, in the time asked for; held mail does neither. */
  readonly came: number
  readonly gone: number
  /** Its latest try failed in TLS, which must be used there. */
  readonly failsInTls: boolean
}

export interface ActRequest {
  readonly action: QueueAction
  readonly selection: Selection
  readonly at: number
  readonly who: string
  /** Address that the order came from; undefined: this machine. */
  readonly ip?: string
  /** For reroute: the next hop. */
  readonly via?: string
  /** The task that it is a step of. */
  readonly task?: string
  /**
   * It is a part of an order for many: what it lets go stands behind new mail and orders for a few, and what waits already
   * keeps its place in its lane.
   */
  readonly isForMany?: boolean
  readonly limit: number
}

/** Waiting, held and returned mail, for people. What people order is written here, and delivery finds it. */
export interface QueueStore {
  /** Every lane with mail in it, longest first. @param flowSince from when on (ms) what came and left is counted */
  lanes(flowSince: number): Promise<QueueLane[]>
  list(selection: Selection, states: readonly DeliveryState[], limit: number): Promise<QueueLine[]>
  /** How many deliveries an action would touch. */
  count(action: QueueAction, selection: Selection): Promise<number>
  /** The messages that it would touch, in order of their ids, from behind `after` on. */
  targets(action: QueueAction, selection: Selection, after: string, limit: number): Promise<string[]>
  /** Does it, to at most `limit` deliveries, with an event each and a line of the audit log a message; answers how many. */
  act(request: ActRequest): Promise<number>
}

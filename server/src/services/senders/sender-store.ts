import type { SendingNote } from '#flow/spool/sending-note.ts'
import type { SenderFigures } from '#ground/senders/judge-sender.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'

/** A mailbox that has sent within the last hour. */
export interface ActiveSender {
  readonly sender: string
  readonly tenant: string
  readonly recipients: number
  /** When it was last told that it sends much; null: never. */
  readonly advisedAt: number | null
  readonly isSuspended: boolean
}

/** A mailbox that may not send for now. */
export interface SuspendedSender {
  readonly sender: string
  readonly tenant: string
  readonly since: number
  /** Why, each with figures. */
  readonly why: readonly string[]
  readonly toldAt: number | null
  /** Deliveries that wait for somebody to decide. */
  readonly held: number
}

export interface SuspendedQuery {
  readonly within?: Reach
  /** Only those behind this address. */
  readonly after?: string
  /** Only this one. */
  readonly sender?: string
}

export interface SenderOrder {
  readonly sender: string
  readonly who: string
  readonly ip: string
  readonly at: number
  /** Life that released deliveries get anew, in milliseconds. */
  readonly lifeMs: number
}

/** A manager says that a mailbox may not send. */
export interface SuspendedByHand {
  readonly sender: string
  readonly tenant: string
  readonly why: readonly string[]
  readonly who: string
  readonly ip: string
  readonly at: number
}

/** Who sends how much, and who may not for now. What is changed is written here; gateways and delivery find it. */
export interface SenderStore {
  volumes(
    since: number,
    instance: string,
  ): Promise<{
    readonly slots: { readonly sender: string; readonly at: number; readonly recipients: number }[]
    readonly suspended: string[]
  }>
  figures(question: {
    readonly sender: string
    readonly addresses: readonly string[]
    readonly now: number
    readonly recipients: readonly string[]
    readonly ip: string
  }): Promise<Omit<SenderFigures, 'hour'>>
  noteSuspect(note: SendingNote): Promise<void>
  /** Mailboxes with at least so many recipients since a moment, most first. */
  active(since: number, least: number, limit: number): Promise<ActiveSender[]>
  /** Notes that a mailbox is told that it sends much. False: somebody else has, after `notBefore`. */
  claimAdvice(sender: string, tenant: string, at: number, notBefore: number): Promise<boolean>
  /** Notes that a suspended mailbox is told so. False: it has been. */
  claimTold(sender: string, at: number): Promise<boolean>
  suspended(query: SuspendedQuery, limit: number): Promise<SuspendedSender[]>
  /** What a login sends as, without tags: itself and its aliases. */
  addresses(login: string): Promise<string[]>
  /**
   * Holds what of a suspended mailbox waits to leave, whichever address of its own it was sent as; some hundreds at a
   * time. Answers how many deliveries; 0: nothing waits any more.
   */
  holdWaiting(sender: string, since: number, at: number): Promise<number>
  /** False: it is suspended already. */
  suspend(order: SuspendedByHand): Promise<boolean>
  /** Lets go what is held of it, or sets it aside; some hundreds at a time. Answers how many deliveries. */
  moveHeld(order: SenderOrder, to: 'waiting' | 'quarantined'): Promise<number>
  /**
   * Lets it send again, and what is held go on. Answers how many deliveries; null: it is not suspended.
   * @param moved deliveries that have been let go before
   */
  free(order: SenderOrder, moved?: number): Promise<number | null>
  /** Takes its passwords away and sets what is held aside. Null: it is not suspended. @param moved the same */
  reset(
    order: SenderOrder,
    moved?: number,
  ): Promise<{ readonly passwords: number; readonly deliveries: number } | null>
  /** Gives back what has been held since before a moment. */
  expire(heldBefore: number, at: number, limit: number): Promise<number>
  forget(slotsBefore: number, hoursBefore: number): Promise<void>
}

import type { Reach } from './ledger-store.ts'

/** How long things are kept, in milliseconds. */
export interface RetentionLimits {
  readonly quarantinedMs: number
  readonly traceMs: number
}

/** A delivery, or a message, as it was when its time was found to be over. */
export interface OverdueDelivery {
  readonly messageId: string
  readonly n: number
  /** Since when it is kept. */
  readonly since: number
  readonly keptDays: number
}

/** Which kept mail is meant; all that is given holds together. */
export interface KeptSelection {
  /** Kept since this moment or later. */
  readonly from?: number
  /** Kept since before this moment, or since it. */
  readonly until: number
  readonly within?: Reach
}

/** Where a look through kept mail stands. */
export interface KeptPlace {
  readonly since: number
  readonly messageId: string
  readonly n: number
}

/** What is kept for a time: a delivery, or the content of a message for several of its deliveries. */
export interface KeptTarget extends KeptPlace {
  /** For whom: addresses of ours, and the tenants that had them when the mail came. */
  readonly owners: readonly { readonly whose: string; readonly tenant: string }[]
  /** When it leaves where no level says anything; without it: as long after `since` as the site keeps such mail. */
  readonly leavesAt?: number
}

export interface KeptPage {
  readonly found: readonly KeptTarget[]
  /** Where the next page begins; null: this is the last. */
  readonly behind: KeptPlace | null
}

/** Takes away what has been kept long enough, a bounded batch at a time. */
export interface RetentionStore {
  /**
   * Discards quarantined mail and deletes old lines of the ledger whose time is over.
   * Answers how many things it did; fewer than `limit`: nothing is left for now.
   */
  forget(now: number, limits: RetentionLimits, limit: number): Promise<number>
  /**
   * Discards quarantined mail whose level keeps it shorter than the site; what has been acted on since is left alone.
   * Answers how many deliveries it were.
   */
  endQuarantine(overdue: readonly OverdueDelivery[], now: number): Promise<number>
  /**
   * Returned messages whose content is kept for sending them again, those that lose it first before others; what an
   * incident keeps longer is left out. A page may have found less than there is, also nothing: the next one goes on.
   * @param incidentMs how long content of mail is kept that an incident has touched; null: no longer than other
   */
  returned(
    selection: KeptSelection,
    incidentMs: number | null,
    behind: KeptPlace | null,
    limit: number,
  ): Promise<KeptPage>
  /** How many messages of a selection such content is kept of. */
  countReturned(selection: KeptSelection): Promise<number>
  /** Frees the content of returned messages; what was sent again since is left alone. Answers how many messages it were. */
  endReturned(overdue: readonly OverdueDelivery[]): Promise<number>
  /** Messages whose content was kept for sending them again until now and no longer, by id, from behind `after` on. */
  dueReturned(now: number, after: string, limit: number): Promise<string[]>
  /** Keeps the content of messages until so long after they were returned, where that is later than now kept. */
  keepReturned(messageIds: readonly string[], keepMs: number): Promise<void>
  /** Frees such content of those of these messages that are kept until now and no longer still. */
  freeDue(messageIds: readonly string[], now: number): Promise<void>
}

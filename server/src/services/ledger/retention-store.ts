/** How long things are kept, in milliseconds. */
export interface RetentionLimits {
  readonly quarantinedMs: number
  readonly traceMs: number
}

/** A delivery in quarantine as it was when its time was found to be over. */
export interface OverdueDelivery {
  readonly messageId: string
  readonly n: number
  /** When it was set aside. */
  readonly since: number
  readonly keptDays: number
}

/** Takes away what has been kept long enough, a bounded batch at a time. */
export interface RetentionStore {
  /**
   * Frees content of returned mail, discards quarantined mail and deletes old lines of the ledger whose time is over.
   * Answers how many things it did; fewer than `limit`: nothing is left for now.
   */
  forget(now: number, limits: RetentionLimits, limit: number): Promise<number>
  /**
   * Discards quarantined mail whose level keeps it shorter than the site; what has been acted on since is left alone.
   * Answers how many deliveries it were.
   */
  endQuarantine(overdue: readonly OverdueDelivery[], now: number): Promise<number>
  /** Messages whose content was kept for sending them again until now and no longer, by id, from behind `after` on. */
  dueReturned(now: number, after: string, limit: number): Promise<string[]>
  /** Keeps the content of messages until so long after they were returned, where that is later than now kept. */
  keepReturned(messageIds: readonly string[], keepMs: number): Promise<void>
}

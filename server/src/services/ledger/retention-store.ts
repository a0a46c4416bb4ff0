/** How long things are kept, in milliseconds. */
export interface RetentionLimits {
  readonly quarantinedMs: number
  readonly traceMs: number
}

/** Takes away what has been kept long enough, a bounded batch at a time. */
export interface RetentionStore {
  /**
   * Frees content of returned mail, discards quarantined mail and deletes old lines of the ledger whose time is over.
   * Answers how many things it did; fewer than `limit`: nothing is left for now.
   */
  forget(now: number, limits: RetentionLimits, limit: number): Promise<number>
  /** Messages whose content was kept for sending them again until now and no longer, by id, from behind `after` on. */
  dueReturned(now: number, after: string, limit: number): Promise<string[]>
  /** Keeps the content of messages until so long after they were returned, where that is later than now kept. */
  keepReturned(messageIds: readonly string[], keepMs: number): Promise<void>
}

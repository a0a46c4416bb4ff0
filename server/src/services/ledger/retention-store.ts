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
}

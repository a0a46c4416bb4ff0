/** Where a link led when it was followed. */
export interface LinkVisit {
  /** `led`: to `end`, which was not opened. `stays`: it led nowhere else. `unknown`: it could not be followed. */
  readonly state: 'led' | 'stays' | 'unknown'
  readonly end: string | null
  readonly why: string
  readonly at: number
}

/**
 * What is known of links on this machine: hosts that mail has led to, and where short links lead. Answers at once.
 * Throws where it cannot be asked.
 */
export interface LinkBook {
  /** Since when hosts are noted; null: not yet. */
  since(): number | null
  /** When the first mail with a link to a host was let through, whosever mail that was; null: there was none. */
  firstSeen(host: string): number | null
  /** Null: nobody has followed it, or not lately. */
  visitOf(url: string): LinkVisit | null
  /** Whether the queue of links to be followed takes no more at the moment. */
  isFull(): boolean
}

import type { Reach } from '#services/ledger/ledger-store.ts'

/** Mail set aside, as a list shows it. */
export interface QuarantineLine {
  readonly messageId: string
  readonly n: number
  readonly tenant: string
  readonly mailFrom: string
  readonly headerFrom: string
  readonly rcptTo: string
  readonly subject: string
  readonly size: number
  readonly reason: string
  readonly verdict: string
  readonly since: number
}

/** Which lines are meant; newest first. */
export interface QuarantineFilter {
  readonly tenant?: string
  readonly recipient?: string
  readonly sender?: string
  readonly within?: Reach
  /** Only what stands behind this line. */
  readonly after?: Pick<QuarantineLine, 'since' | 'messageId' | 'n'>
}

export interface QuarantineStore {
  list(filter: QuarantineFilter, limit: number): Promise<QuarantineLine[]>
  /**
   * Lets deliveries of a message go; n null: all of them. Answers how many. With `rescan` the message is shown to the
   * checks once more before it leaves, and a virus brings it back.
   */
  release(
    messageId: string,
    n: number | null,
    at: number,
    lifeMs: number,
    who: string,
    rescan: boolean,
  ): Promise<number>
  /** Deletes deliveries of a message from quarantine. Answers how many. */
  remove(messageId: string, n: number | null, at: number, who: string): Promise<number>
}

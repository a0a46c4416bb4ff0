import type { NumberBounds } from '#ground/platform/number-bounds.ts'
import { callTo } from '#services/directory/recorded-change.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'

/** Mail set aside, as a list shows it. */
export interface QuarantineLine {
  readonly messageId: string
  readonly n: number
  readonly tenant: string
  readonly mailFrom: string
  readonly headerFrom: string
  readonly rcptTo: string
  /** Whose settings count: the recipient's, or where mail leaves its sender's. */
  readonly whose: string
  readonly subject: string
  readonly size: number
  readonly reason: string
  readonly verdict: string
  readonly score: number
  readonly since: number
}

/** Which deliveries are meant; all that is given holds together. */
export interface QuarantineSelection {
  readonly tenant?: string
  /** An address, or a domain with all below it. */
  readonly recipient?: string
  /** The same, of the envelope or of the author. */
  readonly sender?: string
  /** Domain of the recipient. */
  readonly domain?: string
  /** One, or several with commas between. */
  readonly reason?: string
  /** The same. */
  readonly verdict?: string
  readonly score?: NumberBounds
  readonly size?: NumberBounds
  /** Part of the subject, any case. */
  readonly subject?: string
  readonly messageIds?: readonly string[]
  /** Message and recipient with a blank between: only these. */
  readonly lines?: readonly string[]
  /** Not these. */
  readonly exceptLines?: readonly string[]
  /** Set aside at this moment or after it. */
  readonly setAsideFrom?: number
  /** Set aside before this moment, or at it. */
  readonly setAsideUntil?: number
  readonly within?: Reach
}

/** The same for a list; newest first. */
export interface QuarantineFilter extends QuarantineSelection {
  /** Only what stands behind this line. */
  readonly after?: Place
}

export type Place = Pick<QuarantineLine, 'since' | 'messageId' | 'n'>

/** One delivery in quarantine, as an order names it. */
export interface QuarantineTarget extends Place {
  readonly tenant: string
  readonly reason: string
  /** As in QuarantineLine. */
  readonly whose: string
}

export interface QuarantineCount {
  readonly deliveries: number
  readonly messages: number
  /** Of these deliveries: set aside for a virus, which asks for a right of its own. */
  readonly viruses: number
}

/** What is set aside, in figures. */
export interface QuarantineSummary {
  readonly deliveries: number
  readonly reasons: readonly { readonly reason: string; readonly deliveries: number }[]
  /** Those with most first, at most 50. */
  readonly tenants: readonly { readonly tenant: string; readonly deliveries: number }[]
  /** Deleted by retention up to the moments asked for. */
  readonly leavingBy: readonly number[]
  /** Since when the oldest is there; null: nothing is. */
  readonly oldest: number | null
}

export type QuarantineAction = 'release' | 'delete' | 'rejudge'

/** A step of an order for many. */
export interface QuarantineAct {
  readonly action: QuarantineAction
  readonly targets: readonly Pick<QuarantineTarget, 'messageId' | 'n' | 'tenant'>[]
  readonly at: number
  readonly who: string
  readonly ip: string
  readonly lifeMs: number
  readonly rescan: boolean
  /** The task that it is a step of, for the audit log; absent: a command. */
  readonly task?: string
  /** It is a part of an order for many: what leaves by it goes behind new mail and orders for a few. */
  readonly isForMany?: boolean
}

export interface QuarantineStore {
  list(filter: QuarantineFilter, limit: number): Promise<QuarantineLine[]>
  count(selection: QuarantineSelection): Promise<QuarantineCount>
  /** @param leavingBefore moments; what was set aside before each is counted */
  summarize(within: Reach | null, leavingBefore: readonly number[]): Promise<QuarantineSummary>
  /** Deliveries meant, oldest first, behind a place. */
  targets(selection: QuarantineSelection, behind: Place | null, limit: number): Promise<QuarantineTarget[]>
  /**
   * Does something to deliveries, each message with a line in the audit log. What somebody else has acted on meanwhile is left
   * alone. Answers how many.
   */
  act(order: QuarantineAct): Promise<number>
  /**
   * Lets deliveries of a message go; n null: all of them, several: these. Answers how many. With `rescan` the message is shown to the
   * checks once more before it leaves, and what is worse than was known brings it back.
   */
  release(
    messageId: string,
    n: number | readonly number[] | null,
    at: number,
    lifeMs: number,
    who: string,
    rescan: boolean,
  ): Promise<number>
  /** Deletes deliveries of a message from quarantine. Answers how many. */
  remove(messageId: string, n: number | readonly number[] | null, at: number, who: string): Promise<number>
  /** Since when the oldest released delivery waits to be tried for the first time; null: none does. */
  oldestRelease(): Promise<number | null>
}

/** Calls to its store, for changes that are noted with them. */
export const inQuarantine = callTo<QuarantineStore>('quarantine')

import type { Reach } from '#services/ledger/ledger-store.ts'
import type { Person, ReviewState } from './review-store.ts'

/** Messages of one person that are counted in a list of people; what more there is counts as so many. */
export const countedMost = 200

/** Which people a list shows, a page of it. */
export interface ReviewPeopleQuery {
  /** Null: everybody. */
  readonly within: Reach | null
  /** Part of an address or name, lower case. */
  readonly text?: string
  readonly domain?: string
  /** Id of a group. */
  readonly group?: string
  /** Only those for whom something is in quarantine, or only the others. */
  readonly waits?: boolean
  /** Address of the last line of the page before; empty: from the beginning. */
  readonly after: string
  readonly limit: number
}

/** Somebody of a list: a person of the directory, or an address that it does not name and mail waits for. */
export interface ReviewPerson extends Person {
  readonly displayName: string
}

/** What a person's review mail has come to. */
export interface LastMail {
  readonly messageId: string
  readonly state: string
  readonly reason: string
}

/** How somebody stands; each count is of the newest messages, up to a bound. */
export interface Standing {
  readonly state: ReviewState | null
  /** Messages in quarantine that he may see. */
  readonly waiting: number
  /** Those that score above what he may see. */
  readonly hidden: number
  /** Of those that he may see: what came since his last review, and since the last mail. */
  readonly fresh: number
  readonly unsaid: number
  /** Null: none went out, or the ledger has forgotten it. */
  readonly mail: LastMail | null
}

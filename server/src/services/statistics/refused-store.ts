import type { Reach } from '#services/ledger/ledger-store.ts'
import type { Sum, Top } from './statistics-store.ts'

/** How far refusals that name several are found by person, in the order of writing. */
export interface RefusedRead {
  /** Up to this line they are. */
  readonly line: number
  /** The last that was written; 0: there is none. */
  readonly last: number
}

/** One recipient of a refusal that names several. */
export interface RefusedPerson {
  /** Beginning of its day, UTC (ms). */
  readonly day: number
  /** A number made of his address without its tag. */
  readonly person: number
  readonly id: string
  readonly line: number
}

/** What is found by person from now on. */
export interface RefusedGathered {
  /** Lines: behind this one, up to that one. */
  readonly from: number
  readonly to: number
  readonly people: readonly RefusedPerson[]
  /** Refusals that name several, as they were read. */
  readonly read: readonly { readonly id: string; readonly rcptTo: string }[]
  /** There is more to read. */
  readonly more: boolean
}

/** Whose refusals that name several are counted. */
export interface SeveralQuery {
  /** Groups and people by name. */
  readonly reach: Reach
  readonly since: number
  readonly until: number
  /** Domains whose sums have them already, where the first recipient is there. */
  readonly without: readonly string[]
}

/** Some people and a day (ms): what was found by person up to a line. */
export interface RefusedQuery extends SeveralQuery {
  readonly day: number
  /** Addresses in small letters without tags, each once. */
  readonly plain: readonly string[]
  readonly line: number
}

/** Where counting goes on: with this address, behind that refusal. */
export interface RefusedPlace {
  readonly n: number
  readonly after: string
}

interface SumsOfSome {
  readonly sums: readonly Sum[]
  readonly tops: readonly Top[]
}

export interface RefusedCounted extends SumsOfSome {
  /** Null: all of these addresses are done. */
  readonly next: RefusedPlace | null
}

/** A stretch of what is not found by person yet, from its newest line back. */
export interface UnreadCounted extends SumsOfSome {
  /** Lines before this one are left; null: none, or all are from before the time that is asked for. */
  readonly next: number | null
  /** When the newest of the stretch was (ms); null: all of it is forgotten. */
  readonly newestAt: number | null
}

/** Refusals that name several recipients, found by each of them. */
export interface RefusedStore {
  refusedRead(): Promise<RefusedRead>
  gatherRefused(limit: number): Promise<RefusedGathered>
  /** False: somebody else has gone on from there, or a refusal has changed since it was read, as by erasing a person. */
  addRefused(gathered: RefusedGathered): Promise<boolean>
  /** @param limit what a piece may cost: an address that is looked up is one, a refusal ten */
  countRefused(query: RefusedQuery, from: RefusedPlace | null, limit: number): Promise<RefusedCounted>
  /** Lines behind `line` and before `before`. @param limit lines that a piece reads */
  countUnread(
    query: SeveralQuery & { readonly line: number },
    before: number,
    limit: number,
  ): Promise<UnreadCounted>
}

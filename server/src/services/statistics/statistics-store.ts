import type { Reach, Tally } from '#services/ledger/ledger-store.ts'
import type { RefusedStore } from './refused-store.ts'

/** How far the ledger has been summed up. */
export interface Position {
  /** Last event that is in the sums. */
  readonly seq: number
  /** Last refusal in the order of writing: ids are made before, and some lines are written a minute later than others. */
  readonly line: number
  /** Newest id of a refusal: where the version before, which follows ids, goes on. */
  readonly refusal: string
  /** Since when the order of writing is followed, by all who feed; 0: ever since, null: not yet. */
  readonly followedSince: number | null
  /** Since when what mail was judged to be is counted, by all who feed; 0: ever since, null: not yet. */
  readonly verdictsSince: number | null
  /** Everything older is in the sums; 0: nothing yet. */
  readonly completeUpTo: number
}

/**
 * What a sum counts. accepted and refused: how mail came in; the states: what deliveries came to; deferred: tries put
 * off; class-returned and class-deferred: by what the receiver meant; verdict-X: how often mail was judged to be X; delay-N: delivered within N seconds of acceptance; queue: the most that waited at a time.
 */
export interface Sum {
  /** Start of the hour or day, milliseconds since 1970. */
  readonly at: number
  readonly tenant: string
  readonly domain: string
  readonly direction: string
  readonly what: string
  readonly reason: string
  readonly deliveries: number
}

export type TopKind = 'attacked' | 'sender' | 'bad-sender'

export interface Top {
  readonly day: number
  readonly tenant: string
  readonly kind: TopKind
  readonly name: string
  readonly deliveries: number
}

/** What became of one delivery to a domain, as far as its next hop is concerned. */
export interface FlowEntry {
  readonly messageId: string
  readonly n: number
  readonly at: number
  readonly ok: boolean
  /** Tries that have failed; none where it got through. */
  readonly failures: number
  readonly reason: string
}

/** The latest mail of a domain, oldest first. */
export interface DomainFlow {
  readonly domain: string
  readonly recent: readonly FlowEntry[]
  /** When the last of it was tried. */
  readonly lastAt: number
}

/** A piece of the ledger, summed up. */
export interface Gathered {
  readonly from: Position
  readonly to: Position
  /** Whether more is there already. */
  readonly more: boolean
  /** By hour; days are made of them. */
  readonly sums: readonly Sum[]
  /** Deliveries that wait now, by tenant. */
  readonly waiting: readonly { readonly tenant: string; readonly deliveries: number }[]
  readonly tops: readonly Top[]
  readonly flow: readonly { readonly domain: string; readonly entries: readonly FlowEntry[] }[]
}

export interface StatisticsQuery {
  /** Whose mail; null: of the whole site. */
  readonly within: Reach | null
  readonly span: 'hour' | 'day'
  readonly since: number
  readonly until: number
}

/** What receivers of mail to the world said, summed up. */
export interface BounceRow {
  readonly at: number
  readonly what: 'class-returned' | 'class-deferred'
  /** The class, and behind a space the receiver where it is known. */
  readonly reason: string
  readonly deliveries: number
}

/** Whose mail is counted from the ledger: all addresses of some people, a few at a time. */
export interface PeopleQuery {
  /** In small letters and in order; what comes to a tag of one counts too. */
  readonly addresses: readonly string[]
  readonly tenants: readonly string[]
  readonly since: number
  readonly until: number
}

/** Where counting goes on: in this list of this address. */
export interface PeoplePlace {
  /** Place among the addresses. */
  readonly address: number
  readonly list: number
  /** The address as it is spelt in the list, with its tag; a tag of somebody else where the way led past it. */
  readonly spelling: string
  /** Behind which entry of that spelling; null: behind all of them. */
  readonly entry: { readonly id: string; readonly n: number } | null
}

/** A piece of the mail of some people, summed up. */
export interface PeopleCounted {
  readonly sums: readonly Sum[]
  readonly tops: readonly Top[]
  /** Null: all addresses are done. */
  readonly next: PeoplePlace | null
}

export interface SeriesRow {
  readonly at: number
  readonly direction: string
  readonly what: string
  readonly deliveries: number
}

/** Figures of the past, fed behind the mail. What they say is complete up to `position().completeUpTo`. */
export interface StatisticsStore extends RefusedStore {
  position(): Promise<Position>
  /** Reads on from a position, at most `limit` events and as many refusals. */
  gather(from: Position, now: number, limit: number): Promise<Gathered>
  /** Adds it, unless somebody else has done so. `keep`: entries a domain keeps. */
  add(gathered: Gathered, keep: number): Promise<boolean>
  series(query: StatisticsQuery): Promise<SeriesRow[]>
  reasons(
    query: StatisticsQuery,
    limit: number,
  ): Promise<{ what: string; reason: string; deliveries: number }[]>
  /** What was summed up of a day, by tenant: all that the ledger has too. */
  sums(day: number): Promise<Tally[]>
  /** What receivers said, by hour or day; the rarest are left out beyond `limit` rows. */
  bounces(query: StatisticsQuery, limit: number): Promise<BounceRow[]>
  tops(query: StatisticsQuery, kind: TopKind, limit: number): Promise<{ name: string; deliveries: number }[]>
  /** Addresses of the groups and people that a reach names, in order, without those at some domains; not more than `limit`. */
  addressesOf(names: readonly string[], without: readonly string[], limit: number): Promise<string[]>
  /** Sums up what has happened to mail of some addresses, at most `limit` entries of the ledger's lists. */
  countPeople(query: PeopleQuery, from: PeoplePlace | null, limit: number): Promise<PeopleCounted>
  /** Of the domains that are named, those that had mail. */
  flowOf(domains: readonly string[]): Promise<DomainFlow[]>
  /** All of them, by name, a page at a time. */
  flows(after: string, limit: number): Promise<DomainFlow[]>
  /** Deletes what is older than its time; at most `limit` rows of each kind. */
  forget(
    before: { readonly hours: number; readonly days: number; readonly tops: number },
    limit: number,
  ): Promise<number>
}

import type { PathMemory, PathResult } from './path.ts'
import type { SendingAddress } from './sending-address.ts'

/** An address as it was put in. */
export interface KeptAddress extends SendingAddress {
  readonly addedAt: number
  readonly addedBy: string
}

/** What became of the tries from one address towards one receiver on one day (UTC). */
export interface DayCount {
  /** `2026-11-22` */
  readonly day: string
  readonly ip: string
  readonly receiver: string
  readonly counts: Readonly<Record<PathResult, number>>
}

/** What one address has learnt of one receiver. */
export interface KeptPath {
  readonly ip: string
  readonly receiver: string
  /** Null: nothing that has to be kept; it is forgotten. */
  readonly memory: PathMemory | null
  readonly changedAt: number
}

/** What a blocklist has said of one address. */
export interface AddressListing {
  readonly ip: string
  readonly zone: string
  /** unknown: it did not answer, or its answers mean nothing. */
  readonly state: 'listed' | 'clear' | 'unknown'
  /** Its answer and words, where it gave some. */
  readonly text: string
  /** Since when the state is what it is. */
  readonly since: number
  readonly checkedAt: number
}

/** What one address has carried on a day (UTC). */
export interface AddressDay {
  readonly day: string
  /** To how many receivers it went. */
  readonly receivers: number
  readonly counts: Readonly<Record<PathResult, number>>
}

/** Which lines of the figures are wanted; lines come by address and receiver. */
export interface PathQuery {
  readonly ip: string | null
  /** Part of the receiver's name. */
  readonly receiver: string | null
  readonly after: { readonly ip: string; readonly receiver: string } | null
  readonly limit: number
}

/** An address towards a receiver: figures since a day, and what was learnt. */
export interface PathFigures {
  readonly ip: string
  readonly receiver: string
  readonly counts: Readonly<Record<PathResult, number>>
  readonly memory: PathMemory | null
  readonly changedAt: number | null
}

/** Addresses that mail leaves by, what they have learnt and carried, and what blocklists say of them. */
export interface SendingStore {
  /** By pool and address; 256 at most. */
  addresses(): Promise<KeptAddress[]>
  putAddress(address: KeptAddress): Promise<void>
  /** False: there was none. What it has learnt and carried stays until it is old. */
  removeAddress(ip: string): Promise<boolean>
  /** What was learnt since a moment, newest first. */
  paths(since: number, limit: number): Promise<KeptPath[]>
  putPaths(paths: readonly KeptPath[]): Promise<void>
  /** Adds to the figures of days. Receivers beyond some thousands of a day are counted together, as `*`. */
  addCounts(counts: readonly DayCount[]): Promise<void>
  /** Figures since a day, oldest first, of some addresses. */
  counts(sinceDay: string, ips: readonly string[]): Promise<DayCount[]>
  /** Sums of some days by address. */
  totals(sinceDay: string): Promise<{ ip: string; counts: Readonly<Record<PathResult, number>> }[]>
  /** What one address has carried, a line a day, oldest first. */
  days(ip: string, sinceDay: string): Promise<AddressDay[]>
  /** Figures of one address at the receivers that it has carried most to, oldest first. */
  busiest(ip: string, sinceDay: string, receivers: number): Promise<DayCount[]>
  figures(sinceDay: string, query: PathQuery): Promise<PathFigures[]>
  listings(): Promise<AddressListing[]>
  putListings(listings: readonly AddressListing[]): Promise<void>
  /** Forgets what was learnt before a moment, figures before a day, and listings not looked at since that moment. */
  forgetSending(learntBefore: number, dayBefore: string): Promise<void>
}

/** The day of a moment, as figures name it. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

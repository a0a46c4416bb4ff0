import type { Severity } from '#services/history/history-entry.ts'

/** An incident as a provider tells it on its own status page. */
export interface UpstreamIncident {
  /** Name of the provider. */
  readonly feed: string
  /** Its id there. */
  readonly id: string
  readonly name: string
  readonly severity: Severity | null
  /** The last state that it was told in; null: none. */
  readonly state: string | null
  readonly startedAt: number
  /** Null: not over. */
  readonly endedAt: number | null
  readonly firstPostAt: number | null
  /** Its page; null: none that can be followed. */
  readonly link: string | null
  /** When its feed named it last. */
  readonly seenAt: number
}

/** How a feed stands. */
export interface FeedState {
  readonly name: string
  readonly url: string
  readonly askedAt: number
  /** When it last answered as a feed does; null: never. */
  readonly answeredAt: number | null
  /** When it last said something new; null: never. */
  readonly changedAt: number | null
  readonly etag: string | null
  readonly lastModified: string | null
  /** What was wrong with the last answer; empty: nothing. */
  readonly fault: string
}

/** What providers have told. */
export interface ToldByFeeds {
  readonly feeds: readonly FeedState[]
  readonly incidents: readonly UpstreamIncident[]
}

/** What providers say of their own faults. */
export interface UpstreamStore {
  feeds(): Promise<FeedState[]>
  /** Takes down how a feed stands, and the incidents that it named. */
  noteFeed(state: FeedState, incidents: readonly UpstreamIncident[]): Promise<void>
  /** Those that are not over, and those that ended after a moment; newest first. */
  incidents(endedSince: number, limit: number): Promise<UpstreamIncident[]>
  /** Both of one moment: what a feed said, and when it was heard. */
  told(endedSince: number, limit: number): Promise<ToldByFeeds>
  /** Forgets feeds that are not among these names, and incidents that began before a moment. */
  forgetFeeds(kept: readonly string[], startedBefore: number): Promise<void>
}

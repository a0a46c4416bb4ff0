import type { CauseName } from '#services/incidents/incident.ts'
import type { DocumentForm, Post, Severity } from './history-entry.ts'

/** Probable causes, a closed list. `unknown`: nothing that is written says. */
export type Cause =
  | 'tls'
  | 'dns'
  | 'receiver'
  | 'upstream'
  | 'scanner'
  | 'change'
  | 'node'
  | 'load'
  | 'disk'
  | 'database'
  | 'logging'
  | 'hostile-mail'
  | 'planned'
  // What only our own incidents name.
  | Exclude<CauseName, 'unknown'>
  | 'unknown'

/** Where an entry of a document stands. */
export interface Source {
  readonly file: string
  readonly line: number
  readonly form: DocumentForm
  /** Of the entry; empty: made before this was kept. */
  readonly id?: string
  /** Somebody has said that it is an incident of its own. */
  readonly apart?: boolean
}

/** Fields whose origin is told one by one. */
export type TracedField = 'title' | 'severity' | 'date' | 'duration' | 'components' | 'posts' | 'cause'

/** One incident of the history, from all entries that tell of it. What no entry says is null, never guessed. */
export interface HistoryIncident {
  /** Stays the same when more is imported. */
  readonly id: string
  readonly title: string | null
  readonly kind: 'incident' | 'maintenance'
  readonly severity: Severity | null
  readonly components: readonly string[]
  /** inferred: from the names that its texts use. */
  readonly componentsBasis: 'stated' | 'inferred' | 'none'
  readonly direction: 'inbound' | 'outbound' | 'both' | null
  readonly cause: Cause
  /** stated: words of its texts say so; none: nothing does. */
  readonly causeBasis: 'stated' | 'none'
  /** The fault of somebody else: a receiver, or a provider. */
  readonly isThirdParty: boolean
  /** Day on which it began; null: only the window is known. */
  readonly date: string | null
  /** measured: by us; tracker: printed moments; told: its texts; none: there is only the window. */
  readonly dateBasis: 'measured' | 'tracker' | 'told' | 'none'
  /** Earliest and latest day on which it can have begun; null: open. */
  readonly window: readonly [string | null, string | null]
  /** Moment of its beginning, in milliseconds; null: unknown. */
  readonly startedAt: number | null
  readonly startBasis: 'measured' | 'told' | 'tracker' | 'none'
  /** End; null: unknown, or told only afterwards. */
  readonly endedAt: number | null
  readonly firstPostAt: number | null
  /** Told only when it was over. */
  readonly isReportedAfterwards: boolean
  /** Minutes from its beginning to the first post; null: one of them is unknown. */
  readonly minutesToNotice: number | null
  /** Minutes from its end to the first post, for what was told when it was over; null: unknown, or not so. */
  readonly minutesFromEndToNotice: number | null
  readonly durationMinutes: number | null
  /** printed: by a tracker to the minute; moments: between those that it prints; told: by the texts; planned: a window. */
  readonly durationBasis: 'printed' | 'moments' | 'told' | 'planned' | 'none'
  /** What a minute of it counts as downtime; absent: nobody says what it did to components. */
  readonly weight?: number
  readonly posts: readonly Post[]
  /** What does not agree, in words. */
  readonly conflicts: readonly string[]
  readonly sources: readonly Source[]
  /** Why its entries were held for one incident; empty: it has one entry. */
  readonly mergedBecause: readonly string[]
  readonly provenance: Readonly<Partial<Record<TracedField, readonly Source[]>>>
}

/** Forms in which documents tell of incidents. */
export type DocumentForm =
  | 'tracker-page'
  | 'incident-page'
  | 'report-page'
  | 'statuspage-json'
  | 'feed-page'
  | 'csv-list'

/** What a tracker or a vendor called it; null where the document says nothing. */
export type Severity = 'notice' | 'minor' | 'major' | 'critical'

/** One post about an incident. Moments in milliseconds; null: the document gives none. */
export interface Post {
  readonly state: string | null
  readonly at: number | null
  readonly text: string
}

/** One incident as one document tells it, before anything is made of it. */
export interface HistoryEntry {
  /** Line on which it begins, from 1. */
  readonly line: number
  readonly form: DocumentForm
  /** Null: the document has none. */
  readonly title: string | null
  readonly severity: Severity | null
  /** Moments as the document prints them; null: it does not. */
  readonly detectedAt: number | null
  readonly resolvedAt: number | null
  /** Day of its heading, `2024-10-07`; null: none. */
  readonly day: string | null
  /** Length as printed; null: none, or a dash. */
  readonly printedDuration: string | null
  /** Names of what it hit, each as printed: several may be glued together. */
  readonly affected: readonly string[]
  /** Oldest first. */
  readonly posts: readonly Post[]
}

/** What a document says about its whole list. */
export interface StatedTotals {
  readonly incidents: number
  readonly downtime: string
  readonly minutes: number | null
  /** First day of the list as told, as printed. */
  readonly since: string | null
}

/** A document as read. */
export interface HistoryDocument {
  readonly form: DocumentForm
  readonly entries: readonly HistoryEntry[]
  readonly stated: StatedTotals | null
}

/** An entry that is kept, with where it came from. */
export interface KeptEntry extends HistoryEntry {
  /** Fingerprint of the document and the place in it. */
  readonly id: string
  /** Order in which entries came in, from 1. */
  readonly seq: number
  /** Name of the file, without folders. */
  readonly file: string
  /** True: somebody has said that it is an incident of its own. */
  readonly apart: boolean
}

/** Longest document, and most entries of one. */
export const limits = {
  documentBytes: 8_000_000,
  entries: 5000,
  posts: 200,
  text: 20_000,
  title: 300,
} as const

import type { Severity } from '#services/history/history-entry.ts'

/** An incident as a stranger tells it, in whatever form: nothing of it is checked yet. */
export interface ToldIncident {
  readonly id: string
  readonly name: string | null
  readonly severity: Severity | null
  readonly state: string | null
  readonly startedAt: number | null
  /** Null: no end is told. None is made up. */
  readonly endedAt: number | null
  readonly firstPostAt: number | null
  /** As it is written: it may be relative to the feed. */
  readonly link: string
}

/** Most incidents that are taken from one answer. */
export const mostIncidents = 200

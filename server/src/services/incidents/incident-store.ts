import type { StatusIncident } from '#services/status/status-store.ts'
import type { Change, Incident, IncidentState } from './incident.ts'

/** Which incidents are meant; all given conditions hold. */
export interface IncidentFilter {
  readonly open?: boolean
  readonly state?: IncidentState
  /** Only those that the public is told of. */
  readonly isPublic?: boolean
  /** Only faults of receivers and providers, or none of these. */
  readonly isUpstream?: boolean
  readonly component?: string
  /** Only those that began before this one; null or absent: from the newest. */
  readonly after?: { readonly startedAt: number; readonly id: string } | null
}

/** A line of the audit log that belongs to a change. */
export interface IncidentLine {
  readonly at: number
  readonly what: string
  readonly who: string
  readonly ip: string
  readonly detail: object
}

/** Incidents, each with its public face under the same id. */
export interface IncidentStore {
  /** Newest first. */
  list(filter: IncidentFilter, limit: number): Promise<Incident[]>
  read(id: string): Promise<Incident | null>
  /** The latest one that this finding opened; null: there is none. */
  ofFinding(finding: string): Promise<Incident | null>
  /**
   * Writes an incident, what the public sees of it (null: as it is), and the audit log (null: no line), at once. It takes the place of
   * the version before it; a new one is only written where none is open for the same finding. False: somebody was
   * faster, and nothing was written.
   */
  put(incident: Incident, face: StatusIncident | null, line: IncidentLine | null): Promise<boolean>
  /** What was changed in a stretch of time: orders of people, sets of definitions, starts of processes; newest first. */
  changes(since: number, until: number, limit: number): Promise<Change[]>
}

import type { SyncFaultCode } from '#services/sync/sync-fault.ts'
import type { NumberedLine, PlanCounts, SyncRun, SyncSource } from '#services/sync/sync-store.ts'

/** How long after a run that went well what was pushed since makes another: a directory that pushes all the time. */
const restMs = 60_000

/**
 * When a source runs next. What was pushed comes first, but not where something is amiss: after a failure the wait counts,
 * and while a loss waits a person looks at that run and no other.
 */
export const dueColumn = `min(s.due_at, ifnull(iif(s.failures = 0 AND s.waiting_run IS NULL,
    max(s.push_due_at, ifnull(s.good_at + ${restMs}, s.push_due_at)), NULL), s.due_at))`

/** Columns of a source; `?1` is the time that leases are compared with where `isRunning` is asked for. */
export const sourceColumns = `s.id, s.tenant, s.name, s.kind, s.settings, s.domains, s.takes_over AS takesOver, s.secret,
  (SELECT length(CAST(content AS BLOB)) FROM sync_files WHERE source = s.id) AS fileBytes, s.enabled, s.created_at AS createdAt,
  s.created_by AS createdBy, s.revision, s.previewed_revision AS previewedRevision,
  ${dueColumn} AS dueAt, s.lease_owner IS NOT NULL AS isRunning,
  s.failures, s.fault, s.fault_detail AS faultDetail, s.fault_since AS faultSince, s.fault_at AS faultAt, s.good_at AS goodAt,
  s.waiting_run AS waitingRun, s.push_refused_at AS refusedAt`

export interface SourceRow
  extends Omit<SyncSource, 'settings' | 'domains' | 'takesOver' | 'enabled' | 'isRunning' | 'fault'> {
  readonly settings: string
  readonly domains: string | null
  readonly takesOver: number
  readonly enabled: number
  readonly isRunning: number
  readonly fault: SyncFaultCode | null
  readonly faultDetail: string
  readonly faultSince: number
  readonly faultAt: number
}

export function toSource({ fault, faultDetail, faultSince, faultAt, ...row }: SourceRow): SyncSource {
  return {
    ...row,
    settings: JSON.parse(row.settings),
    domains: row.domains === null ? null : JSON.parse(row.domains),
    takesOver: row.takesOver === 1,
    enabled: row.enabled === 1,
    isRunning: row.isRunning === 1,
    fault: fault === null ? null : { code: fault, detail: faultDetail, since: faultSince, lastAt: faultAt },
  }
}

export const runColumns = `id, source, tenant, kind, state, ordered_by AS orderedBy, confirms, queued_at AS queuedAt,
  started_at AS startedAt, ended_at AS endedAt, counts, fault, fault_detail AS faultDetail`

export interface RunRow extends Omit<SyncRun, 'counts' | 'fault'> {
  readonly counts: string
  readonly fault: SyncFaultCode | null
  readonly faultDetail: string
}

export function toRun({ counts, fault, faultDetail, ...row }: RunRow): SyncRun {
  return {
    ...row,
    counts: { ...noCounts, ...(JSON.parse(counts) as Partial<PlanCounts>) },
    fault: fault === null ? null : { code: fault, detail: faultDetail },
  }
}

const noCounts: PlanCounts = {
  found: 0,
  add: 0,
  change: 0,
  remove: 0,
  take: 0,
  kept: 0,
  skipped: 0,
  elsewhere: 0,
  unchanged: 0,
  losses: {},
}

export interface LineRow extends Omit<NumberedLine, 'before' | 'after'> {
  readonly before: string | null
  readonly after: string | null
}

export function toLine({ before, after, ...row }: LineRow): NumberedLine {
  return {
    ...row,
    before: before === null ? null : JSON.parse(before),
    after: after === null ? null : JSON.parse(after),
  }
}

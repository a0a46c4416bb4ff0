import type { SyncFaultCode } from './sync-fault.ts'

export const sourceKinds = ['csv', 'ldap', 'graph', 'google', 'scim'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** Where the people of a tenant come from. */
export interface SyncSource {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly kind: SourceKind
  /** As source-settings.ts has read them; without secrets. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Only these domains of the tenant; null: all of them. */
  readonly domains: readonly string[] | null
  /** Whether people who were added by hand, and are found in the source, belong to it from then on. */
  readonly takesOver: boolean
  /** Sealed; empty: none is needed, or none was given yet. */
  readonly secret: string
  /** Bytes of the file that was sent in; null: none. */
  readonly fileBytes: number | null
  readonly enabled: boolean
  readonly createdAt: number
  readonly createdBy: string
  /** Grows with each change of what is asked, or how. */
  readonly revision: number
  /** The revision that a preview was last finished of; null: none. */
  readonly previewedRevision: number | null
  /** When it is to run next, at the latest; null: not by itself. */
  readonly dueAt: number | null
  /** A run is under way. */
  readonly isRunning: boolean
  /** Runs in a row that have failed. */
  readonly failures: number
  readonly fault: SourceFault | null
  /** When a run last agreed with the source. */
  readonly goodAt: number | null
  /** The run whose loss waits to be confirmed; null: none. */
  readonly waitingRun: string | null
  /** When it was last too full for what was pushed, while that would still not fit; null: it is not. */
  readonly refusedAt: number | null
}

/** Why the last run failed. */
export interface SourceFault {
  readonly code: SyncFaultCode
  /** What the other side said, printable and cut. */
  readonly detail: string
  readonly since: number
  readonly lastAt: number
}

export type NewSource = Pick<
  SyncSource,
  | 'id'
  | 'tenant'
  | 'name'
  | 'kind'
  | 'settings'
  | 'domains'
  | 'takesOver'
  | 'secret'
  | 'createdAt'
  | 'createdBy'
>

/** `test`: asks for the first people only. `preview`: finds what a run would do. */
export type RunKind = 'test' | 'preview' | 'run'
/** `waiting`: it would take away too much, and has done nothing until somebody confirms. */
export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'waiting'

export interface SyncRun {
  readonly id: string
  readonly source: string
  readonly tenant: string
  readonly kind: RunKind
  readonly state: RunState
  /** Who asked for it; `schedule` where nobody did. */
  readonly orderedBy: string
  /** The run whose loss this one may carry out. */
  readonly confirms: string | null
  readonly queuedAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly counts: PlanCounts
  readonly fault: { readonly code: SyncFaultCode; readonly detail: string } | null
}

/** A person or alias as sync makes it. */
export interface SyncedRow {
  /** Lower case. */
  readonly address: string
  readonly domain: string
  readonly kind: 'user' | 'alias'
  readonly owner: string
  readonly displayName: string
  readonly groups: readonly string[]
  /** What the source calls the person, whole. */
  readonly externalId: string
}

/** A person or alias of the directory, and whether a source has made it. */
export interface DirectoryRow extends SyncedRow {
  /** Null: made by hand. Empty: by a source that is gone. */
  readonly source: string | null
}

/**
 * `add`, `change`, `remove`: what a run does. `take`: made by hand, and belongs to the source from now on. `kept`: made
 * by hand or by another source, and left alone. `skipped`: cannot be read as a person.
 */
export type LineKind = 'add' | 'change' | 'remove' | 'take' | 'kept' | 'skipped'

export interface PlanLine {
  readonly kind: LineKind
  readonly address: string
  readonly before: SyncedRow | null
  readonly after: SyncedRow | null
  /** For `kept` and `skipped`: why. */
  readonly why: string
}

export interface PlanCounts {
  /** People that the source named. */
  readonly found: number
  readonly add: number
  readonly change: number
  readonly remove: number
  readonly take: number
  readonly kept: number
  readonly skipped: number
  /** Addresses in domains that the source is not for. */
  readonly elsewhere: number
  readonly unchanged: number
  /** By domain: rows of this source before, and of these those that would go. */
  readonly losses: Readonly<Record<string, { readonly before: number; readonly lost: number }>>
}

export interface NumberedLine extends PlanLine {
  /** Place within the run, from 1. */
  readonly n: number
}

export interface LineFilter {
  readonly kinds: readonly LineKind[] | null
  /** Part of an address. */
  readonly text: string
  readonly after: number
  readonly limit: number
}

/** What is claimed: a source, the run to carry out, and nobody else has either until the lease ends. */
export interface ClaimedRun {
  readonly source: SyncSource
  readonly run: SyncRun
}

/** How a run ended. */
export interface RunEnd {
  readonly run: string
  readonly source: string
  readonly owner: string
  readonly state: 'done' | 'failed' | 'waiting'
  readonly at: number
  readonly counts: PlanCounts
  readonly fault: { readonly code: SyncFaultCode; readonly detail: string } | null
  /** When the source is due again; null: as it was. */
  readonly dueAt: number | null
}

/** What a tenant was told once of a fault of its sources, until it was over. */
export interface SyncNotice {
  readonly tenant: string
  readonly kind: SourceKind
  readonly code: SyncFaultCode
  /** The source that it was first seen at. */
  readonly source: string
  readonly since: number
  readonly endedAt: number | null
}

/** Who asks, as stores filter: null: everything. */
export interface SyncReach {
  readonly tenants: readonly string[] | null
  /** Only sources that are for nothing but these; null: all. */
  readonly domains: readonly string[] | null
}

/** Sources of people, their runs, and which people they have made. */
export interface SyncStore {
  sources(
    reach: SyncReach,
    filter: { readonly tenant: string | null; readonly domain: string | null },
    after: string,
    limit: number,
  ): Promise<SyncSource[]>
  source(id: string): Promise<SyncSource | null>
  addSource(source: NewSource): Promise<void>
  /** Changes what is asked; a preview of before counts no more. */
  changeSource(
    id: string,
    change: Partial<Pick<SyncSource, 'name' | 'settings' | 'domains' | 'takesOver' | 'secret'>>,
  ): Promise<void>
  /** False: there is no such source any more. */
  putFile(id: string, content: string): Promise<boolean>
  file(id: string): Promise<string | null>
  /** @param dueAt null: not by itself any more */
  switchSource(id: string, enabled: boolean, dueAt: number | null): Promise<void>
  /**
   * Its people stay, and belong to the next source of the tenant that names them. Nobody comes in by it any more; what
   * else it has is swept later.
   */
  removeSource(id: string): Promise<void>
  /** Removes up to `limit` rows that sources and tenants which are gone have left, and answers how many. */
  sweep(limit: number): Promise<number>
  /** How many people and aliases a source has made that are still there. */
  countPeople(ids: readonly string[]): Promise<{ source: string; people: number }[]>

  /** Puts a run into the queue. False: one of its kind waits there already. */
  queueRun(
    run: Pick<SyncRun, 'id' | 'source' | 'tenant' | 'kind' | 'orderedBy' | 'confirms' | 'queuedAt'>,
  ): Promise<boolean>
  /** Takes the run that waits longest, or begins one for the source that is longest due. Null: nothing is to be done. */
  claim(owner: string, now: number, leaseMs: number, newRunId: string): Promise<ClaimedRun | null>
  /** The same for one run, whatever else waits. */
  claimRun(id: string, owner: string, now: number, leaseMs: number): Promise<ClaimedRun | null>
  addLines(run: string, lines: readonly NumberedLine[]): Promise<void>
  /**
   * Carries out lines of a run, those after `after`, at most `limit`. Lines that somebody has overtaken by hand are left
   * out. Answers the last one looked at; null: there were none.
   */
  apply(run: string, owner: string, after: number, limit: number, at: number): Promise<number | null>
  /** False: the lease was lost, and nothing is written. */
  finish(end: RunEnd): Promise<boolean>
  runs(source: string, after: string, limit: number): Promise<SyncRun[]>
  run(id: string): Promise<SyncRun | null>
  lines(run: string, filter: LineFilter): Promise<NumberedLine[]>
  /** Of these addresses, those that a run would have taken away. */
  removals(run: string): Promise<string[]>
  /** Unconfirmed losses by domain in runs of a source since a moment. */
  lostSince(source: string, since: number): Promise<{ domain: string; lost: number }[]>
  /** People of a domain, in order of their addresses, and whose they are. */
  directoryRows(domain: string, after: string, limit: number): Promise<DirectoryRow[]>

  /** Notes new faults, ends those that are over. Answers what changed. */
  attendToFaults(
    told: readonly SyncFaultCode[],
    now: number,
  ): Promise<{ readonly began: SyncNotice[]; readonly ended: SyncNotice[] }>
  notices(tenants: readonly string[] | null, limit: number): Promise<SyncNotice[]>
  /** Sources with a fault that was seen since a moment. */
  faulty(since: number): Promise<SyncSource[]>
  /** Sources whose loss waits. */
  waiting(): Promise<SyncSource[]>
  /** Forgets old runs, but the last few of each source; up to `limit` rows of them, and answers how many. */
  forget(before: number, keep: number, limit: number): Promise<number>
}

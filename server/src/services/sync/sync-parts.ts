import type { Alarms } from '#ground/platform/alarms.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { Plan } from './make-plan.ts'
import type { ScimStore } from './scim/scim-store.ts'
import type { ClaimedRun, DirectoryRow, SyncNotice, SyncSource, SyncStore } from './sync-store.ts'

/** What a reader needs to ask a source. */
export interface OpenedSource extends Pick<SyncSource, 'id' | 'tenant' | 'kind' | 'settings' | 'takesOver'> {
  /** In the clear; empty: none. */
  readonly secret: string
  /** Content of the file that was sent in; for what is pushed: a line (JSON) a person. Null: none. */
  readonly file: string | null
  /** Domains that it is for, in lower case. */
  readonly domains: readonly string[]
  /** Only the first people, to see whether it can be asked at all. */
  readonly isTest: boolean
}

/**
 * Asks a source and compares what it says with the directory. Computing lies beside the sockets of a server.
 * @param current people of the directory, page by page
 * @throws SyncFault
 */
export type ReadSource = (
  source: OpenedSource,
  current: AsyncIterable<readonly DirectoryRow[]>,
  signal: AbortSignal,
) => Promise<Plan>

export interface SyncLimits {
  /** Sources that are asked at a time. */
  readonly atATime: number
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly shrinkPercent: number
  readonly graceMs: number
  readonly keepRunsMs: number
}

/** What the verbs of this folder need to run sources. */
export interface SyncParts {
  readonly store: SyncStore
  /** The same for long reads. */
  readonly readStore: Pick<SyncStore, 'directoryRows' | 'removals'>
  /** What directories have pushed. */
  readonly pushed: Pick<ScimStore, 'people'>
  /** What is left of it where much was replaced. */
  readonly pushedLeft: Pick<ScimStore, 'clearMembers'>
  readonly directory: DirectoryStore
  readonly read: ReadSource
  /** Opens a sealed secret. @throws Error */
  readonly openSecret: (source: SyncSource) => string
  /** Puts the changed directory in force. */
  readonly publish: () => Promise<unknown>
  /** Writes to the managers of a tenant; told once for each fault. */
  readonly notify: (notice: SyncNotice) => Promise<void>
  readonly alarms: Alarms
  readonly limits: () => SyncLimits
  /** This process, in leases. */
  readonly owner: string
  readonly now: () => number
  /** From 0 to 1, to spread runs over the hour. */
  readonly random: () => number
  /** Told how a run went and how long it took. */
  readonly count: (claimed: ClaimedRun, outcome: string, tookMs: number) => void
  readonly stopping: AbortSignal
}

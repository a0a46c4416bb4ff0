/** A domain as the flow sees it: settings resolved. */
export interface SnapshotDomain {
  readonly name: string
  readonly tenant: string
  readonly nextHop: string
  /** Settings in force for the domain, inheritance resolved. */
  readonly policy: Readonly<Record<string, string>>
  /** Levels that it belongs to, itself included, widest first; see services/policy/scope.ts. */
  readonly scopes: readonly string[]
}

/** What a new snapshot would take away from the one in force. */
export interface Shrink {
  readonly domain: string
  /** Addresses in force now. */
  readonly before: number
  /** Of these, missing in the directory. */
  readonly lost: number
  /** Addresses that went away within the grace time before, unconfirmed. */
  readonly lostBefore: number
}

export interface SnapshotState {
  readonly version: number
  /** When it was last found to agree with the directory. */
  readonly checkedAt: number
  readonly domains: readonly string[]
}

export interface PublishRequest {
  readonly domains: readonly SnapshotDomain[]
  /** Domains that are still being brought: mail to them hears 451 for the grace time. */
  readonly awaited: readonly string[]
  /** Domains whose people stay as they were, with those back that went away lately. */
  readonly held: readonly string[]
  /** Domains whose loss a manager has confirmed: lost addresses hear 451 for the grace time. */
  readonly confirmed: readonly string[]
  readonly at: number
  readonly graceMs: number
}

/** The snapshot files that the flow runs from. */
export interface SnapshotStore {
  /**
   * Takes the right to publish, which one caller of one process has at a time; false: somebody else has it.
   * It ends with `unlock`, or with the process.
   */
  tryLock(): Promise<boolean>
  unlock(): Promise<void>
  /** The snapshot in force; null: there is none yet, or its file is lost or broken and cannot be mended. */
  state(): Promise<SnapshotState | null>
  /** Compares people in the directory with those in force, domain by domain. @param domain this one alone */
  compare(graceMs: number, now: number, domain?: string): Promise<Shrink[]>
  /**
   * Addresses of a domain that are missing in the directory, in order.
   * @param which `unconfirmed`: nobody has said within the grace time that they are meant to go; `known`: or somebody has
   */
  missing(domain: string, which: 'unconfirmed' | 'known', limit: number): Promise<string[]>
  /** Domains in force that are missing in the directory. */
  lostDomains(): Promise<SnapshotDomain[]>
  /** Writes a new snapshot and puts it in force with one rename; answers its version. */
  publish(request: PublishRequest): Promise<number>
  /** Says that the snapshot in force still agrees with the directory. */
  confirm(now: number): Promise<void>
}

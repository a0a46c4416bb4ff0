/** A process of the site that has not said for a while that it is well. */
export interface SilentProcess {
  readonly node: string
  readonly pid: number
  readonly roles: string
  /** When it was last heard of (ms). */
  readonly seenAt: number
}

/** Which processes work on the data of a site. */
export interface ProcessStore {
  /** A process is well. */
  beat(instance: string, roles: string, now: number): Promise<void>
  /** A process has ended as it should: nobody waits for it. */
  end(instance: string): Promise<void>
  /** Processes that were last heard of before this moment. */
  silent(seenBefore: number): Promise<SilentProcess[]>
}

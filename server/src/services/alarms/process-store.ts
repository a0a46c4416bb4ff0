/** A process of the site that has not said for a while that it is well. */
export interface SilentProcess {
  readonly node: string
  readonly pid: number
  readonly roles: string
  /** When it was last heard of (ms). */
  readonly seenAt: number
}

/** A process that sends mail, and how far it is trusted. */
export interface SendingProcess {
  readonly node: string
  readonly pid: number
  readonly startedAt: number
  readonly seenAt: number
  /** Why it was started after one that ended by accident, or how long the site was off before; null: neither is known. */
  readonly restart: string | null
  /** Null: it says nothing of that; it is trusted. */
  readonly standing: {
    readonly kind: 'looking' | 'trial' | 'share' | 'full'
    readonly percent: number
    /** Synthetic messages in a row that went through. */
    readonly passed: number
    /** What does not work; empty: nothing. */
    readonly step: string
    readonly why: string
    readonly since: number
  } | null
  /** Version of its directory; null: it has none, or does not say so. */
  readonly snapshot: number | null
  /** What next hops made of what it sent within the last minutes. */
  readonly tries: readonly { readonly tried: number; readonly failed: number }[]
}

/** Which processes work on the data of a site. */
export interface ProcessStore {
  /** A process is well. */
  beat(instance: string, roles: string, now: number): Promise<void>
  /** What came before a process was started, where one had ended by accident or the site was off: a sentence for people. */
  noteRestart(instance: string, why: string): Promise<void>
  /** A process has ended as it should: nobody waits for it. */
  end(instance: string): Promise<void>
  /** Processes that were last heard of before this moment, the longest silent first; 50 at most. */
  silent(seenBefore: number): Promise<SilentProcess[]>
  /** All processes that say that they are well and have not ended, whenever they were heard of: none is left out. */
  beats(): Promise<SilentProcess[]>
  /** Processes that send and have not ended, the oldest first; 200 at most. */
  nodes(): Promise<SendingProcess[]>
}

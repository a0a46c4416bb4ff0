/** Where on its road a message is, or what stands beside the road. */
export const stages = [
  'accept',
  'inspect',
  'decide',
  'wait',
  'deliver',
  'return',
  'console',
  'watch',
] as const
export type Stage = (typeof stages)[number]

/** What can be behind a finding: all that we ever say. `unknown` is an answer, a guess is none. */
export const causes = [
  'tls',
  'dns',
  'next-hop',
  'scanner',
  'definitions',
  'node',
  'load',
  'disk',
  'database',
  'directory',
  'upstream',
  'change',
  'probe',
  'unknown',
] as const
export type Cause = (typeof causes)[number]

export const findingKinds = [
  'stage-slow',
  'deferred-share',
  'refused-share',
  'quarantined-share',
  'held-share',
  'incomplete-share',
  'temperror-share',
  'queue-grows',
  'node-halts',
  'probe-fails',
  'watcher-silent',
] as const
export type FindingKind = (typeof findingKinds)[number]

/** One measured value beside the usual one. */
export interface Evidence {
  /** What was measured, in words of an operator. */
  readonly what: string
  readonly measured: number
  /** The trailing baseline; null: there is none. */
  readonly usual: number | null
  readonly unit: 'ms' | 'share' | 'deliveries' | 'tries'
}

/** What stands beside the time that few exceed, of a stage. */
export const meanWords = 'on average they took'

/** Where the limit is: often not where it is felt. */
export interface Limit {
  readonly stage: Stage
  /** Null: it is not one node's, or nobody knows which. */
  readonly node: string | null
  readonly hop: string | null
}

/** What measurements say is wrong, after two bad periods. Kind and subject together are one finding. */
export interface Finding {
  readonly kind: FindingKind
  /** What it is about, as one text: `inbound node-1 mail.example`. */
  readonly subject: string
  readonly stage: Stage
  /** Null: it is not one node's. */
  readonly node: string | null
  readonly direction: 'inbound' | 'outbound' | null
  /** The next hop that it is about; null: it is not one's. */
  readonly hop: string | null
  readonly cause: Cause
  /** Where that is; absent: where it was measured. */
  readonly limit?: Limit
  /** Share of the mail, or of the tries, of that node and direction that it hits, 0 to 1; null: not measured. */
  readonly share: number | null
  /** When the first bad period began (ms). */
  readonly since: number
  /** When the last one of them began that was measured (ms); absent: it is not measured in periods. */
  readonly lastBadAt?: number
  readonly evidence: readonly Evidence[]
}

/** A finding as the whole site knows it. */
export interface FindingState extends Finding {
  /** When it was first said. */
  readonly foundAt: number
  /** When it was last said. */
  readonly seenAt: number
  /** Null: it lasts. */
  readonly endedAt: number | null
}

/** What detectors have found. */
export interface FindingStore {
  /** Says findings, anew or again: the moment of the first time and the earliest `since` stay. */
  noteFindings(found: readonly Finding[], now: number): Promise<void>
  /** Ends what is over. What cannot be told any more is not ended by anybody. */
  endFindings(over: readonly Pick<Finding, 'kind' | 'subject'>[], now: number): Promise<void>
  /** Open ones, and those that ended after a moment; open ones first, newest first. */
  findings(endedSince: number, limit: number): Promise<FindingState[]>
  forgetFindings(endedBefore: number): Promise<void>
}

import { callTo } from '#services/directory/recorded-change.ts'
/** What somebody decided about a message, as it is learnt from: hashes of the message, and nothing it said. */
export interface Example {
  readonly tenant: string
  readonly messageId: string
  /** Whose report or whose mail it was; a hash that tells persons of a tenant apart. */
  readonly person: string
  readonly kind: 'unwanted' | 'wanted'
  /** How well it is proven, from 0 to 1. */
  readonly weight: number
  /** A hash of the sender's domain. */
  readonly sender: string
  /** Log odds that the model of all gave the message. */
  readonly base: number
  readonly at: number
  readonly sketch: string
  /** The layer that had decided otherwise; empty: none had a say. */
  readonly contrary: string
}

/**
 * Where a layer stands:
 *
 *   shadow       it is tried on the tenant's mail and counts for nothing
 *   canary       it counts for a share of the mail
 *   active       it counts for all
 *   retired      another has taken its place
 *   taken-back   it did harm or failed its proof; what it caught was judged anew
 */
export type LayerStage = 'shadow' | 'canary' | 'active' | 'retired' | 'taken-back'

export interface LayerRecord {
  readonly tenant: string
  readonly version: string
  readonly stage: LayerStage
  /** Share of the mail that it counts for. Retired with a share: comes back where the one after it fails. Taken back with one: what it caught is still to be judged anew. */
  readonly share: number
  /** When this stage began. */
  readonly since: number
  readonly madeAt: number
  readonly why: string
  /** Examples that it was made from, and when the last of them was decided. */
  readonly examples: number
  readonly newestExample: number
}

/** Mail of a tenant of late, as a layer is tried on it. */
export interface RecentMessage {
  readonly id: string
  /** In JSON. */
  readonly findings: string
  readonly sketch: string
  readonly base: number
  readonly tolerance: number
}

export interface TaughtTenant {
  readonly tenant: string
  readonly unwanted: number
  readonly wanted: number
  readonly people: number
  readonly newest: number
}

/** What tenants have taught. */
export interface LearningStore {
  /**
   * Takes what people decided since the last time: accepted reports, and releases by hand. Answers how many rows it
   * looked at; fewer than `limit`: all. Nothing is taken of the tenants named.
   */
  collect(withoutTenants: readonly string[], limit: number): Promise<number>
  /** Tenants with examples, and when the last of each was decided; costs little. */
  newest(): Promise<Pick<TaughtTenant, 'tenant' | 'newest'>[]>
  /** Tenants with examples, counted. */
  taught(): Promise<TaughtTenant[]>
  /** The newest first. */
  examples(tenant: string, limit: number): Promise<Example[]>
  /** Layers of a tenant, of all where none is named; the newest first. */
  layers(tenant: string | null): Promise<LayerRecord[]>
  addLayer(record: LayerRecord, content: Uint8Array): Promise<void>
  /** Writes down where a layer stands now. */
  moveLayer(record: LayerRecord): Promise<void>
  /** The weights of a layer; null: there is none of that version. */
  content(version: string): Promise<Uint8Array | null>
  /** Mail that came in for a tenant from a moment on and before a message, the newest first. */
  recent(tenant: string, since: number, before: string | null, limit: number): Promise<RecentMessage[]>
  /**
   * Forgets all that a tenant has taught, and takes its layers back; what was decided before is not learnt again.
   */
  reset(tenant: string, at: number): Promise<void>
  /** Forgets examples before a moment, those beyond the newest `most` of a tenant, and old layers. */
  forget(before: number, most: number): Promise<number>
  /** Has mail judged anew that is in quarantine with a layer's say; answers how many, 0: none are left. */
  reopen(version: string, at: number, limit: number): Promise<number>
}

/** Calls to its store, for changes that are noted with them. */
export const inLearning = callTo<LearningStore>('learning')

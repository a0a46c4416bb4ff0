/**
 * Where a set of definitions stands:
 *
 *   shadow       judges all mail beside the active set; nothing goes by its word
 *   canary       a share of the mail goes by its word
 *   active       all mail does
 *   retired      was active, and another has taken its place
 *   taken-back   did harm, or was taken back by hand; what it caught was judged again
 */
export type DefinitionStage = 'shadow' | 'canary' | 'active' | 'retired' | 'taken-back'

export interface DefinitionRecord {
  readonly version: string
  readonly stage: DefinitionStage
  /** Share of the mail that goes by its word: 1 when active. */
  readonly share: number
  /** When this stage, or this share of it, began. */
  readonly since: number
  readonly addedAt: number
  readonly addedBy: string
  /** Why it is where it is, in words. */
  readonly why: string
  /** The set as it was read, in JSON. */
  readonly content: string
  /** Samples with known answers that it judged right before it was taken; null or absent: it was not asked. */
  readonly golden?: GoldenCounts | null
}

export interface GoldenCounts {
  readonly clean: number
  readonly bad: number
}

/** How two sets have judged the same mail while one was in a stage. */
export interface TrialCounts {
  readonly active: string
  readonly trial: string
  readonly messages: number
  /** Messages that each would keep from their recipients. */
  readonly activeHits: number
  readonly trialHits: number
  /** Kept by the trial alone, and by the active set alone. */
  readonly gained: number
  readonly lost: number
  /** Milliseconds of all messages together. */
  readonly activeMs: number
  readonly trialMs: number
}

/** What had a say in a verdict: a set of definitions, one of virus signatures, or an outside list. */
export interface DecidedBy {
  readonly kind: 'definitions' | 'signatures' | 'list'
  /** Version of the set, or zone of the list. */
  readonly name: string
  /** Mail that was judged anew since then is left alone; absent: none was. */
  readonly since?: number
  /** Mail that came before is left alone; absent: all is looked at. */
  readonly receivedAfter?: number
}

export interface ListOutcome {
  readonly zone: string
  readonly outcome: 'kept' | 'released'
  readonly messages: number
}

/** Mail in quarantine that a list had a say in. */
export interface ListedMail {
  readonly messageId: string
  readonly receivedAt: number
  readonly mailFrom: string
  readonly subject: string
  readonly verdict: string
  readonly score: number
  readonly tolerance: number
  /** Points of the list. */
  readonly weight: number
}

/** A file of data that sets bring, by its checksum. */
export interface KeptFile {
  readonly sha256: string
  readonly content: Uint8Array
}

export interface DefinitionStore {
  /** Keeps a file of data; those that no set of late names are forgotten. */
  putFile(file: KeptFile): Promise<void>
  /** Null: there is none of this checksum. */
  file(sha256: string): Promise<Uint8Array | null>
  /** All sets, the newest first. */
  list(): Promise<DefinitionRecord[]>
  /** Adds a set, or moves one that is there to another stage; its counts begin anew. */
  put(record: DefinitionRecord): Promise<void>
  /** Adds to the counts of a pair of sets. */
  addCounts(counts: readonly TrialCounts[]): Promise<void>
  /** Counts of a pair since `put` was last called for one of them; null: nothing was judged yet. */
  counts(active: string, trial: string): Promise<TrialCounts | null>
  /**
   * Has messages judged anew that are in quarantine by the word of something that is bad, as their explanation names
   * it, and that nobody has touched since. Answers how many; 0: there are none left.
   */
  reopen(by: DecidedBy, at: number, limit: number): Promise<number>
  /** What outside lists have kept from recipients, and what of that people released, from `from` to `to`. */
  listOutcomes(from: number, to: number): Promise<ListOutcome[]>
  /** Mail in quarantine that a list had a say in, the newest first. */
  keptByList(zone: string, limit: number): Promise<ListedMail[]>
  /** Messages that still wait to be judged anew. */
  reopened(): Promise<number>
}

import type { Alarms } from '#ground/platform/alarms.ts'
import type { DefinitionRecord, DefinitionStore } from './definition-store.ts'
import type { TrialLimits } from './judge-trial.ts'

/** How a set has judged mail whose right answer is known. */
export interface GoldenResult {
  /** Clean samples that it keeps from their recipients. */
  readonly wronglyKept: readonly string[]
  /** Bad samples that it lets through and the active set does not. */
  readonly missed: readonly string[]
  readonly clean: number
  readonly bad: number
}

/** What a set says of itself. */
export interface DescribedSet {
  readonly version: string
  readonly data: Readonly<Record<string, { readonly sha256: string; readonly size: number }>>
}

/** What the verbs of this folder need. */
export interface DefinitionParts {
  readonly store: DefinitionStore
  /** Puts sets in force for the flow. */
  readonly publish: (active: DefinitionRecord, trial: DefinitionRecord | null, share: number) => Promise<void>
  /**
   * Judges the golden samples by a set, whose files of data are given by checksum, and by the active one beside it.
   * @throws an error that says which file cannot be read by its check
   */
  readonly runGolden: (
    content: string,
    activeContent: string,
    files: ReadonlyMap<string, Uint8Array>,
  ) => Promise<GoldenResult>
  /** @throws an error that says what is wrong with a set */
  readonly read: (content: string) => DescribedSet
  readonly shipped: string
  readonly limits: () => TrialLimits
  readonly alarms: Alarms
  readonly now: () => number
}

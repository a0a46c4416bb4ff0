import type { StepLimits } from '#services/policy/candidate-steps.ts'
import type { CandidateStore } from '#services/policy/candidate-store.ts'
import type { WeighedFinding } from '#services/policy/explain-settings.ts'
import type { PolicyBench } from '#services/policy/policy-bench.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import type { CheckRule } from '#services/policy/write-rule.ts'
import type { LeavingOf, RetentionChange } from '#services/retention/count-leaving.ts'

/** What the HTTP door needs to show and change what tenants want. */
export interface PolicyParts {
  readonly store: PolicyStore
  /** The same, where reading holds up nothing that writes. */
  readonly reader: PolicyStore
  readonly bench: PolicyBench
  readonly candidates: CandidateStore
  /** The same, where reading holds up nothing that writes. */
  readonly readCandidates: CandidateStore
  /** When a step of a trial that goes by itself has shown enough. */
  readonly stepLimits: () => StepLimits
  readonly checkRule: CheckRule
  /** What rules are made of. */
  readonly words: {
    readonly fields: readonly { readonly field: string; readonly tests: readonly string[] }[]
    readonly actions: readonly string[]
    readonly holds: readonly string[]
  }
  /** What checks may say, with the weights that they give. */
  readonly findings: readonly WeighedFinding[]
  /** Counts what changes of how long mail is kept would end at once. */
  countLeaving(changes: readonly RetentionChange[]): Promise<LeavingOf[]>
  /** Levels that an address belongs to, its groups included, widest first. */
  levelsOf(address: string): readonly string[]
}

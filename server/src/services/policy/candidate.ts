import type { PolicyProposal } from './policy-bench.ts'
import type { PolicyEdit } from './policy-version.ts'

/**
 * Where a change of policy on trial stands:
 *
 *   shadow       judged beside the policy in force; nothing is done by its word
 *   canary       in force for chosen people, or for a share of all
 *   promoted     in force for all: a version, which can be taken back like any other
 *   taken-back   ended by a person, or by itself since it did harm
 */
export type CandidateStage = 'shadow' | 'canary' | 'promoted' | 'taken-back'

/** A change of settings, lists and rules of one level that proves itself before it is made. */
export interface Candidate {
  readonly id: string
  /** Name of the level. */
  readonly scope: string
  readonly tenant: string
  readonly stage: CandidateStage
  /** Share of the people of the level that it is in force for, from 0 to 1; by address, so that one stays in or out. */
  readonly share: number
  /** People that it is in force for whatever the share, as the directory names them. */
  readonly people: readonly string[]
  /** When this stage, or this share of it, began. */
  readonly since: number
  readonly addedAt: number
  readonly addedBy: string
  /** Who has moved it there; `mailkeep`: it went by itself. */
  readonly movedBy: string
  /** Why it is where it is, in words. */
  readonly why: string
  /** What promoting it makes, as steps of policy have it. */
  readonly edits: readonly PolicyEdit[]
  /** The same as those who judge mail take it. */
  readonly proposal: PolicyProposal
  /** It is stopped where it would hold more than this many times what is held without it; 0: never. */
  readonly guard: number
  /** Time after which it is promoted by itself where nothing speaks against it; null: by a person alone. */
  readonly promoteAfterMs: number | null
  /** It goes by itself from the shadow to a share of the people, a greater one, and all; see candidate-steps.ts. */
  readonly bySteps: boolean
  /** The version that promoting it has made; null: none. */
  readonly version: number | null
}

/** A candidate as those who judge mail have it. */
export interface CandidateInForce {
  readonly id: string
  readonly stage: 'shadow' | 'canary'
  readonly share: number
  readonly people: readonly string[]
  /** See Candidate; null: of a program of before. What is judged by it counts for that step, and for no other. */
  readonly since: number | null
  readonly proposal: PolicyProposal
}

export function isOpen({ stage }: Pick<Candidate, 'stage'>): boolean {
  return stage === 'shadow' || stage === 'canary'
}

/** The change as trials and dry runs take it. */
export function proposalOf(scope: string, edits: readonly PolicyEdit[]): PolicyProposal {
  const settings = edits.flatMap((each) =>
    each.what === 'setting' ? [{ name: each.name, value: each.after.value }] : [],
  )
  const senders = edits.flatMap((each) =>
    each.what === 'sender' ? [{ kind: each.kind, entry: each.entry, on: each.after !== null }] : [],
  )
  const rule = edits.find((each) => each.what === 'rule')
  return { scope, settings, senders, rule: rule ? { id: rule.id, rule: rule.after } : null }
}

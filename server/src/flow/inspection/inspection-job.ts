import type { CandidateResult } from './candidate-result.ts'
import type { Arrival, Edit, Finding, Routing } from './check.ts'
import type { TrialResult } from './definitions.ts'

/** The bytes of a message for an inspection thread: themselves, or the file that holds them. */
export type InspectionBody =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly dataKey?: Uint8Array }

export interface InspectionJob {
  readonly id: string
  readonly body: InspectionBody
  readonly arrival: Arrival
  /** Whose mail it is: tenants take turns when threads are busy. */
  readonly tenant: string
}

/** What all checks together have said. */
export interface InspectionOutcome {
  readonly findings: readonly Finding[]
  /** Changes for sending; prepended lines from top to bottom. */
  readonly edits: readonly Edit[]
  /** Where else it goes, or on what terms; absent: where its envelope says. */
  readonly routings?: readonly Routing[]
  readonly facts: Readonly<Record<string, unknown>>
  /** Milliseconds by check, and for parsing. */
  readonly timings: Readonly<Record<string, number>>
  /** How a set of definitions on trial judged it beside the active one. */
  readonly trial?: TrialResult
  /** How changes of policy on trial judged it beside the policy in force. */
  readonly candidates?: readonly CandidateResult[]
  readonly subject: string
  readonly headerFrom: string
  readonly headerMessageId: string
}

/**
 * How an inspection ended. `unfinished`: no verdict within the budget, or no thread to make one; nothing is known.
 * `poison`: the message killed or stalled two threads; no third one may touch it.
 */
export type InspectionEnd =
  | { readonly kind: 'complete'; readonly outcome: InspectionOutcome }
  | { readonly kind: 'unfinished'; readonly why: string }
  | { readonly kind: 'poison'; readonly why: string }

import type { Finding, InspectedMessage } from './check.ts'
import type { Disposition } from './verdict.ts'

/** Recipients of one message who would fare otherwise, all in the same way. */
export interface CandidateChange {
  /** What the policy in force says, and what it would say with the change. */
  readonly before: Disposition
  readonly after: Disposition
  /** What makes the difference: names of settings, `rule ID`, or codes of findings, parted by commas. */
  readonly because: string
  readonly recipients: number
}

/** How a change of policy on trial and the policy in force have judged one message. Counts are of recipients. */
export interface CandidateResult {
  readonly id: string
  readonly stage: 'shadow' | 'canary'
  /** When the step of it began that it is judged in; null: whoever published it does not tell. */
  readonly since: number | null
  /** Name of its level, and whose that is: who may not see that level sees nothing of the trial. */
  readonly scope: string
  readonly tenant: string
  readonly deliveries: number
  /** Kept from their recipients by the policy in force, and with the change. */
  readonly heldBefore: number
  readonly heldAfter: number
  /** Kept as virus or phishing by the policy in force, and delivered with the change. */
  readonly freedBad: number
  /** Why the change could not be asked; absent: it could. Nothing is counted then but this. */
  readonly failed?: string
  readonly changes: readonly CandidateChange[]
}

/**
 * Judges a message by changes of policy on trial, beside the policy in force. Never throws, and says nothing where
 * there are none.
 * @param before what the checks found, as lists and rules were told it
 * @param all the same with what lists and rules say
 */
export type JudgeCandidates = (
  message: InspectedMessage,
  before: readonly Finding[],
  all: readonly Finding[],
) => Promise<readonly CandidateResult[]>

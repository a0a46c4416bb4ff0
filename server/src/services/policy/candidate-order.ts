import type { CandidateStore } from './candidate-store.ts'
import type { PolicyOrder } from './policy-order.ts'

/** Who moves changes of policy on trial, and when. */
export interface CandidateOrder extends PolicyOrder {
  readonly candidates: CandidateStore
}

import type { Candidate } from './candidate.ts'
import type { CandidateCounts } from './candidate-store.ts'

export type CandidateEnd =
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'passed' }
  | { readonly kind: 'stop'; readonly why: string }

/** Deliveries from which counts say something; of fewer, any ratio is chance. */
const deliveriesThatCount = 50
/** More that is held than before and may be chance, whatever the ratio. */
const heldThatCounts = 10
/** Messages for which it could not be asked, from which it is taken for broken; and what part of all they are at least. */
const failuresThatCount = 5
const failedPartThatCounts = 0.02
/** Time in one stage after which a trial ends: what nobody looks at any more is not judged for ever. */
const longestStageMs = 90 * 86_400_000

/**
 * Decides about a change of policy on trial from its counts alone. What it would let through says nothing against it:
 * letting more through is what many changes are for, and a person reads the list of it.
 */
export function judgeCandidate(
  { guard, promoteAfterMs }: Pick<Candidate, 'guard' | 'promoteAfterMs'>,
  { deliveries, heldBefore, heldAfter, failed }: CandidateCounts,
  ageMs: number,
): CandidateEnd {
  if (failed >= failuresThatCount && failed >= failedPartThatCounts * (failed + deliveries))
    return {
      kind: 'stop',
      why: `it could not be asked for ${failed} messages beside ${deliveries} deliveries: it takes too long, or is broken`,
    }
  const more = heldAfter - heldBefore
  const enough = deliveries >= deliveriesThatCount
  if (enough && guard > 0 && more >= heldThatCounts && heldAfter > guard * heldBefore)
    return {
      kind: 'stop',
      why: `it holds ${heldAfter} of ${deliveries} deliveries, the policy without it ${heldBefore}: more than ${guard} times as many`,
    }
  const isTime = promoteAfterMs !== null && ageMs >= promoteAfterMs
  if (enough && isTime) return { kind: 'passed' }
  if (ageMs >= longestStageMs) return { kind: 'stop', why: 'nobody has moved it for 90 days' }
  return { kind: 'goes-on' }
}

/** Counts of a stage, over all its hours. */
export function sumHours(
  hours: readonly (CandidateCounts & { readonly stage: string })[],
  stage: string,
): CandidateCounts {
  const sums = { deliveries: 0, changed: 0, heldBefore: 0, heldAfter: 0, failed: 0 }
  for (const each of hours) {
    if (each.stage !== stage) continue
    for (const name of Object.keys(sums) as (keyof CandidateCounts)[]) sums[name] += each[name]
  }
  return sums
}

/** The stage whose counts say how a candidate does: its own, or the last one in which it was on trial. */
export function lastStage(
  stage: Candidate['stage'],
  hours: readonly { readonly stage: 'shadow' | 'canary' }[],
): 'shadow' | 'canary' {
  if (stage === 'shadow' || stage === 'canary') return stage
  return hours.some((each) => each.stage === 'canary') ? 'canary' : 'shadow'
}

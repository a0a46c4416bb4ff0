import type { Candidate } from './candidate.ts'
import { deliveriesThatCount, leastStepMs, nextShare, type StepLimits } from './candidate-steps.ts'
import type { CandidateCounts, CandidateShown } from './candidate-store.ts'
import { failedPartThatCounts, whyWaits } from './why-waits.ts'

export type CandidateEnd =
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'passed' }
  | { readonly kind: 'stop'; readonly why: string }

/** More that is held than before and may be chance, whatever the ratio. */
const heldThatCounts = 10
/** Messages for which it could not be asked, from which it is taken for broken, where they are no small part of all. */
const failuresThatCount = 5
/** Time in one stage after which a trial ends: what nobody looks at any more is not judged for ever. */
const longestStageMs = 90 * 86_400_000

/**
 * Decides about a change of policy on trial from its counts alone. What it would let through never stops it: letting more
 * through is what many changes are for. Where that is much it does not go on by itself, and a person reads the list of it.
 * @param ageMs of its step
 */
export function judgeCandidate(
  candidate: Pick<Candidate, 'guard' | 'promoteAfterMs' | 'bySteps' | 'stage' | 'share'>,
  { stage, step }: CandidateShown,
  ageMs: number,
  limits: StepLimits,
): CandidateEnd {
  // Harm that many quiet deliveries of a smaller share would hide is seen in the step alone.
  const why = whyStop(candidate, stage) ?? whyStop(candidate, step)
  if (why !== null) return { kind: 'stop', why }
  const { promoteAfterMs, bySteps } = candidate
  if (bySteps && hasShownEnough(candidate, step, ageMs, limits)) return { kind: 'passed' }
  const isTime = promoteAfterMs !== null && ageMs >= promoteAfterMs
  if (isTime && stage.deliveries >= deliveriesThatCount && whyWaits(candidate, stage) === null)
    return { kind: 'passed' }
  if (ageMs >= longestStageMs) return { kind: 'stop', why: 'nobody has moved it for 90 days' }
  return { kind: 'goes-on' }
}

/**
 * Whether a step may go on: after so many messages, or after its time where the guard could have spoken; and never where what
 * it has shown is for a person to read. A first share that hardly anybody is in goes on after its time too, as N-08 has it for
 * all: the next one is judged again, and what it went on by is said. All never come without it.
 */
function hasShownEnough(
  candidate: Pick<Candidate, 'guard' | 'bySteps' | 'stage' | 'share'>,
  step: CandidateCounts,
  ageMs: number,
  limits: StepLimits,
): boolean {
  const { messages, deliveries } = step
  if (ageMs < leastStepMs(limits) || whyWaits(candidate, step) !== null) return false
  if (messages >= limits.messages) return true
  if (ageMs < limits.timeMs) return false
  return deliveries >= deliveriesThatCount || (candidate.stage === 'canary' && nextShare(candidate) < 1)
}

function whyStop(
  { guard }: Pick<Candidate, 'guard'>,
  { deliveries, heldBefore, heldAfter, failed }: CandidateCounts,
): string | null {
  if (failed >= failuresThatCount && failed >= failedPartThatCounts * (failed + deliveries))
    return `it could not be asked for ${failed} messages beside ${deliveries} deliveries: it takes too long, or is broken`
  const isMore = heldAfter - heldBefore >= heldThatCounts && heldAfter > guard * heldBefore
  if (deliveries >= deliveriesThatCount && guard > 0 && isMore)
    return `it holds ${heldAfter} of ${deliveries} deliveries, the policy without it ${heldBefore}: more than ${guard} times as many`
  return null
}

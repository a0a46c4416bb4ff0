import type { Candidate } from './candidate.ts'
import type { CandidateCounts } from './candidate-store.ts'

/** What part of all messages could not be asked, from which that is no chance. */
export const failedPartThatCounts = 0.02
/** More that is held, by which one that goes on by itself waits; it is stopped for more only (see judgeCandidate). */
const heldThatMakesWait = 3
/** Less that is held, and how many times, by which it waits: nobody has read whether that should come through. */
const freedThatMakesWait = 10
const freedTimes = 3

/**
 * Why a change on trial does not go on by itself although its guard is silent: silence says something only where it could
 * have spoken. A person may move it all the same. Null: nothing speaks against going on.
 * @param counts what it has shown in the step that is to be over
 */
export function whyWaits(
  { guard, bySteps }: Pick<Candidate, 'guard' | 'bySteps'>,
  { deliveries, heldBefore, heldAfter, freedBad, failed }: CandidateCounts,
): string | null {
  if (bySteps && guard === 0) return 'its guard is off'
  if (failed > 0 && failed >= failedPartThatCounts * (failed + deliveries))
    return `it could not be asked for ${countOf(failed, 'message')} beside ${countOf(deliveries, 'delivery', 'deliveries')}`
  if (freedBad > 0)
    return `it lets ${countOf(freedBad, 'delivery', 'deliveries')} through, held as virus or phishing without it`
  const held = `it holds ${heldAfter} of ${deliveries} deliveries, the policy without it ${heldBefore}`
  if (guard > 0 && heldAfter - heldBefore >= heldThatMakesWait && heldAfter > guard * heldBefore) return held
  const times = guard > 0 ? guard : freedTimes
  return heldBefore - heldAfter >= freedThatMakesWait && heldBefore > times * heldAfter ? held : null
}

function countOf(many: number, one: string, several = `${one}s`): string {
  return `${many} ${many === 1 ? one : several}`
}

import type { Candidate } from './candidate.ts'
import type { CandidateCounts, CandidateEndedStep, CandidateStageSums } from './candidate-store.ts'

/** Counts of a stage, over all its hours or steps. */
export function sumHours(
  hours: readonly (CandidateCounts & { readonly stage: string })[],
  stage: string,
): CandidateCounts {
  const sums = { messages: 0, deliveries: 0, changed: 0, heldBefore: 0, heldAfter: 0, failed: 0 }
  for (const each of hours) {
    if (each.stage !== stage) continue
    for (const name of Object.keys(sums) as (keyof CandidateCounts)[]) sums[name] += each[name]
  }
  return sums
}

/** What the step that is under way has counted: what its stage has, and no step before it. */
export function countsOfStep(
  { stage }: Pick<Candidate, 'stage'>,
  sums: readonly CandidateStageSums[],
  ended: readonly CandidateEndedStep[],
): CandidateCounts {
  const [all, before] = [sumHours(sums, stage), sumHours(ended, stage)]
  const left = (name: keyof CandidateCounts) => Math.max(0, all[name] - before[name])
  return {
    ...{ messages: left('messages'), deliveries: left('deliveries'), changed: left('changed') },
    ...{ heldBefore: left('heldBefore'), heldAfter: left('heldAfter'), failed: left('failed') },
  }
}

/** The stage whose counts say how a candidate does: its own, or the last one in which it was on trial. */
export function lastStage(
  stage: Candidate['stage'],
  hours: readonly { readonly stage: 'shadow' | 'canary' }[],
): 'shadow' | 'canary' {
  if (stage === 'shadow' || stage === 'canary') return stage
  return hours.some((each) => each.stage === 'canary') ? 'canary' : 'shadow'
}

import type { Candidate } from './candidate.ts'
import type { CandidateCounts } from './candidate-store.ts'

/** Counts of a stage, over all its hours. */
export function sumHours(
  hours: readonly (CandidateCounts & { readonly stage: string })[],
  stage: string,
): CandidateCounts {
  const sums = { messages: 0, deliveries: 0, changed: 0, heldBefore: 0, heldAfter: 0, freedBad: 0, failed: 0 }
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

import type { TrialResult } from './definitions.ts'
import { SummedNotes } from './summed-notes.ts'

/** Sums of what a trial has shown, for the two sets that judged. */
export interface TrialSums {
  readonly active: string
  readonly trial: string
  messages: number
  activeHits: number
  trialHits: number
  gained: number
  lost: number
  activeMs: number
  trialMs: number
}

export function createTrialNotes(
  write: (sums: readonly TrialSums[]) => Promise<void>,
): SummedNotes<TrialResult, TrialSums> {
  return new SummedNotes({
    keyOf: ({ active, trial }) => `${active}\n${trial}`,
    start: ({ active, trial }) => ({
      active,
      trial,
      messages: 0,
      activeHits: 0,
      trialHits: 0,
      gained: 0,
      lost: 0,
      activeMs: 0,
      trialMs: 0,
    }),
    add(sums, { activeHit, trialHit, activeMs, trialMs }) {
      sums.messages++
      sums.activeHits += Number(activeHit)
      sums.trialHits += Number(trialHit)
      sums.gained += Number(trialHit && !activeHit)
      sums.lost += Number(activeHit && !trialHit)
      sums.activeMs += activeMs
      sums.trialMs += trialMs
    },
    write,
  })
}

import type { TrialCounts } from './definition-store.ts'

/** When a trial has shown enough, and what ends it (N-08). */
export interface TrialLimits {
  /** Messages that both sets must have judged. */
  readonly messages: number
  /** Or this time, for those who get little mail. */
  readonly timeMs: number
}

/** How a new set has done beside the one it is to replace. */
export interface Comparison {
  readonly messages: number
  readonly newHits: number
  readonly oldHits: number
  /** Kept by the old set alone: what the new one would let through. */
  readonly missed: number
  readonly newMs: number
  readonly oldMs: number
}

export type TrialEnd =
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'passed' }
  | { readonly kind: 'stop'; readonly why: string }

/** Hits above this many times those of the old set end a trial. */
const mostHits = 3
/** A few hits more are chance, whatever their ratio. */
const hitsThatCount = 10
/** Share of what the old set caught that the new one may miss. */
const mostMissed = 0.1
const missesThatCount = 5
/** Time a message above this many times that of the old set, where it is more than a millisecond. */
const mostTime = 1.5
const messagesThatCount = 50

/** Reads counts from the side of the new set, which may be the one on trial or, after activation, the active one. */
export function compare(counts: TrialCounts, newVersion: string): Comparison {
  const { messages, active, activeHits, trialHits, gained, lost, activeMs, trialMs } = counts
  return active === newVersion
    ? { messages, newHits: activeHits, oldHits: trialHits, missed: gained, newMs: activeMs, oldMs: trialMs }
    : { messages, newHits: trialHits, oldHits: activeHits, missed: lost, newMs: trialMs, oldMs: activeMs }
}

/** Decides about a trial from its counts alone. */
export function judgeTrial(found: Comparison, ageMs: number, limits: TrialLimits): TrialEnd {
  const why = whyStop(found)
  if (why !== null) return { kind: 'stop', why }
  const enough = found.messages >= limits.messages || (ageMs >= limits.timeMs && found.messages > 0)
  return { kind: enough ? 'passed' : 'goes-on' }
}

function whyStop({ messages, newHits, oldHits, missed, newMs, oldMs }: Comparison): string | null {
  if (messages < messagesThatCount) return null
  if (newHits - oldHits >= hitsThatCount && newHits > mostHits * oldHits)
    return `it keeps ${newHits} of ${messages} messages, the set before it ${oldHits}`
  if (missed >= missesThatCount && missed > mostMissed * oldHits)
    return `it lets through ${missed} messages of ${oldHits} that the set before it keeps`
  const [newEach, oldEach] = [newMs / messages, oldMs / messages]
  if (newEach > mostTime * oldEach && newEach - oldEach > 1)
    return `it takes ${newEach.toFixed(1)} ms a message, the set before it ${oldEach.toFixed(1)} ms`
  return null
}

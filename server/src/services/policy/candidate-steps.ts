import type { Candidate } from './candidate.ts'

/** When a step by itself has shown enough (N-08). */
export interface StepLimits {
  /** Messages that were judged in it. */
  readonly messages: number
  /** Or this time (ms), for those who get little mail. */
  readonly timeMs: number
}

/** Deliveries from which counts say something; of fewer, any ratio is chance. */
export const deliveriesThatCount = 50
/** Steps of one trial that are read: people make them, or three come by themselves. */
export const mostSteps = 1000
/** Shares of the people that a trial goes through by itself, between the shadow and all. */
const shares = [0.01, 0.1]

/** The share of the people that a trial by steps is in force for next; 1: all. */
export function nextShare({ share }: Pick<Candidate, 'share'>): number {
  return shares.find((each) => each > share) ?? 1
}

/** Whom a canary is in force for, in words; `named`: how many people by name. */
export function describeReach(share: number, named: number): string {
  const parts = [
    ...(share > 0 ? [`${percentOf(share)} of the people`] : []),
    ...(named > 0 ? [named === 1 ? '1 person by name' : `${named} people by name`] : []),
  ]
  return `in force for ${parts.join(' and ')}`
}

function percentOf(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}

/** What an open trial does next by itself, and when, in words; null: nothing before a person moves it. */
export function describeNext(
  candidate: Pick<Candidate, 'stage' | 'share' | 'bySteps' | 'promoteAfterMs'>,
  { messages, timeMs }: StepLimits,
): string | null {
  const { stage, share, bySteps, promoteAfterMs } = candidate
  if (stage !== 'shadow' && stage !== 'canary') return null
  if (bySteps) {
    const next = nextShare({ share })
    const [whom, least] = [
      next === 1 ? 'all' : `${percentOf(next)} of the people`,
      stage === 'canary' && next < 1 ? '' : ` with ${deliveriesThatCount} deliveries at least`,
    ]
    return `goes on to ${whom} by itself after ${messages} messages, or after ${timeOf(timeMs)}${least}, if nothing speaks against it`
  }
  if (promoteAfterMs === null) return null
  return `is promoted by itself after ${timeOf(promoteAfterMs)}, with ${deliveriesThatCount} deliveries at least, if nothing speaks against it`
}

function timeOf(ms: number): string {
  for (const [word, size] of [
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const)
    if (ms >= size && ms % size === 0) return `${ms / size} ${word}${ms === size ? '' : 's'}`
  return `${Math.round(ms / 1000)} seconds`
}

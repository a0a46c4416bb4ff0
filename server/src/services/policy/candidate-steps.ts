import type { Candidate } from './candidate.ts'
import type { CandidateCounts, CandidateShown } from './candidate-store.ts'
import { whyWaits } from './why-waits.ts'

/** When a step by itself has shown enough (N-08). */
export interface StepLimits {
  /** Messages that were judged in it. */
  readonly messages: number
  /** Or this time (ms), for those who get little mail. */
  readonly timeMs: number
}

/** Deliveries from which counts say something; of fewer, any ratio is chance. */
export const deliveriesThatCount = 50
/** Steps of one trial that are shown, the latest: people make them, or three come by themselves. */
export const mostSteps = 100
/** A step takes as long at least, however much mail comes: one campaign within a minute is no picture of the mail. */
const shortestStepMs = 600_000
/** Shares of the people that a trial goes through by itself, between the shadow and all. */
const shares = [0.01, 0.1]

/** Time that a step takes at least (ms). */
export function leastStepMs({ timeMs }: StepLimits): number {
  return Math.min(shortestStepMs, timeMs)
}

/** By what a step that has shown enough goes on, in words: by its messages, or by its time and however few there were. */
export function describeShown(
  { messages, deliveries }: Pick<CandidateCounts, 'messages' | 'deliveries'>,
  limits: StepLimits,
): string {
  const said = 'nothing spoke against it'
  const many = `${countOf(messages, 'message')} to ${countOf(deliveries, 'recipient')}`
  if (messages >= limits.messages) return `${said} over ${many}`
  const over = `its time (${timeOf(limits.timeMs)}) is over`
  if (messages === 0) return `${over} without any mail, so the next share is judged again`
  if (deliveries >= deliveriesThatCount) return `${over}, and ${said} over ${many}`
  return `${over}, and ${said}; ${many} is too little to say much, so the next share is judged again`
}

function countOf(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}

/** The share of the people that a trial by steps is in force for next; 1: all. */
export function nextShare({ share }: Pick<Candidate, 'share'>): number {
  return shares.find((each) => each > share) ?? 1
}

/** Whom a canary is in force for, in words; `named`: how many people by name. */
export function describeReach(share: number, named: number): string {
  const parts = [
    ...(share > 0 ? [`${describeShare(share)} of the people`] : []),
    ...(named > 0 ? [named === 1 ? '1 person by name' : `${named} people by name`] : []),
  ]
  return `in force for ${parts.join(' and ')}`
}

/** A share of the people in words, with a tenth of a percent. */
export function describeShare(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}

/** What a person has to read before an open trial that goes by itself goes on; null: nothing. */
export function waitsFor(
  candidate: Pick<Candidate, 'stage' | 'bySteps' | 'promoteAfterMs' | 'guard'>,
  shown: CandidateShown,
): string | null {
  if (!goesByItself(candidate)) return null
  return whyWaits(candidate, candidate.bySteps ? shown.step : shown.stage)
}

function goesByItself({
  stage,
  bySteps,
  promoteAfterMs,
}: Pick<Candidate, 'stage' | 'bySteps' | 'promoteAfterMs'>) {
  return (stage === 'shadow' || stage === 'canary') && (bySteps || promoteAfterMs !== null)
}

/**
 * What an open trial does next by itself, and when, in words; null: nothing before a person moves it.
 * @param shown what it has shown until now; null: it has just begun
 */
export function describeNext(
  candidate: Pick<Candidate, 'stage' | 'share' | 'bySteps' | 'promoteAfterMs' | 'guard'>,
  limits: StepLimits,
  shown: CandidateShown | null,
): string | null {
  const { bySteps, promoteAfterMs } = candidate
  if (!goesByItself(candidate)) return null
  const why = shown && waitsFor(candidate, shown)
  if (why !== null) return `waits for a person now and does not go on by itself: ${why}`
  if (bySteps) return describeStep(candidate, limits)
  return `is promoted by itself after ${timeOf(promoteAfterMs ?? 0)}, with ${deliveriesThatCount} deliveries at least, if nothing speaks against it`
}

function describeStep({ stage, share }: Pick<Candidate, 'stage' | 'share'>, limits: StepLimits): string {
  const { messages, timeMs } = limits
  const next = nextShare({ share })
  const whom = next === 1 ? 'all' : `${describeShare(next)} of the people`
  const isFirst = stage === 'canary' && next < 1
  const least = isFirst ? ', however little mail that is' : ` with ${deliveriesThatCount} deliveries at least`
  const shortest = leastStepMs(limits) < timeMs ? ` in ${timeOf(leastStepMs(limits))} or more` : ''
  return `goes on to ${whom} by itself after ${messages} messages${shortest}, or after ${timeOf(timeMs)}${least}, if nothing speaks against it`
}

function timeOf(ms: number): string {
  for (const [word, size] of [
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const)
    if (ms >= size && ms % size === 0) return `${ms / size} ${word}${ms === size ? '' : 's'}`
  return `${Math.round(ms / 1000)} seconds`
}

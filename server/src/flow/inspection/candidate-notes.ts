import type { CandidateChange, CandidateResult } from './candidate-result.ts'
import { SummedNotes } from './summed-notes.ts'

/** A message that would have fared otherwise. */
export interface NotedDifference extends CandidateChange {
  readonly messageId: string
  readonly at: number
}

/** Sums of what a change of policy on trial has shown in an hour. */
export interface CandidateSums {
  readonly id: string
  readonly stage: CandidateResult['stage']
  readonly since: CandidateResult['since']
  /** Beginning of the hour. */
  readonly hour: number
  /** Messages with a delivery that was judged by both. */
  messages: number
  deliveries: number
  changed: number
  heldBefore: number
  heldAfter: number
  freedBad: number
  /** Messages for which it could not be asked. */
  failed: number
  /** Some of the messages that would have fared otherwise. */
  readonly differences: NotedDifference[]
}

interface Item {
  readonly result: CandidateResult
  readonly messageId: string
  readonly at: number
}

const hourMs = 3_600_000
/** Messages listed of one second; all are counted. */
const mostListed = 100

/** Adds up what changes of policy on trial have shown. */
export function createCandidateNotes(
  write: (sums: readonly CandidateSums[]) => Promise<void>,
): SummedNotes<Item, CandidateSums> {
  return new SummedNotes({
    keyOf: ({ result, at }) => `${result.id} ${result.stage} ${result.since} ${hourOf(at)}`,
    start: ({ result: { id, stage, since }, at }): CandidateSums => ({
      ...{ id, stage, since, hour: hourOf(at), messages: 0, deliveries: 0, changed: 0 },
      ...{ heldBefore: 0, heldAfter: 0, freedBad: 0, failed: 0, differences: [] },
    }),
    add(sums, { result, messageId, at }) {
      sums.messages += Number(result.deliveries > 0)
      sums.deliveries += result.deliveries
      sums.heldBefore += result.heldBefore
      sums.heldAfter += result.heldAfter
      sums.freedBad += result.freedBad
      sums.failed += Number(result.failed !== undefined)
      for (const change of result.changes) {
        sums.changed += change.recipients
        if (sums.differences.length < mostListed) sums.differences.push({ ...change, messageId, at })
      }
    },
    write,
  })
}

function hourOf(at: number): number {
  return at - (at % hourMs)
}

import { setTimeout as sleep } from 'node:timers/promises'

/** Also behind a step that took no time at all, others have their turn. */
const leastPauseMs = 10

/**
 * Rests as long as a step took: mail, and the release of a single message, come in between two steps of work that touches many.
 * @param began when the step began, as `performance.now()` had it
 */
export async function restBetweenSteps(began: number): Promise<void> {
  await sleep(Math.max(leastPauseMs, performance.now() - began))
}

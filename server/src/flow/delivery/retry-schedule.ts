export interface RetrySchedule {
  /** Waits between attempts in milliseconds; the last one repeats. */
  readonly waitsMs: readonly number[]
  /** Share by which each wait is lengthened or shortened. */
  readonly jitter: number
}

/**
 * The wait before the next attempt.
 * @param attempts how many have been made, the one just ended included
 * @param random between 0 and 1: the caller's, so that a test can set it
 */
export function nextWait(schedule: RetrySchedule, attempts: number, random: number): number {
  const { waitsMs, jitter } = schedule
  const wait = waitsMs[Math.min(Math.max(attempts, 1), waitsMs.length) - 1] ?? 60_000
  return Math.round(wait * (1 + jitter * (2 * random - 1)))
}

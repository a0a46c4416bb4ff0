const dayMs = 86_400_000

export interface KeepRule {
  /** All generations of a day are kept until its end is so long ago (ms). */
  readonly allMs: number
  /** The last of each day is kept for so long (ms). */
  readonly dailyMs: number
}

/**
 * Which backups are kept: all of the last days, then the last of each day (UTC), and always the newest. Days are thinned
 * as a whole, so that what has to be read and written again for it is read and written once.
 * @param times when they were made (ms), the oldest first
 */
export function keptGenerations(times: readonly number[], now: number, rule: KeepRule): Set<number> {
  return new Set(
    times.filter((at, n) => {
      const next = times[n + 1]
      if (next === undefined) return true
      const day = Math.floor(at / dayMs)
      if ((day + 1) * dayMs > now - rule.allMs) return true
      return Math.floor(next / dayMs) !== day && at >= now - rule.dailyMs
    }),
  )
}

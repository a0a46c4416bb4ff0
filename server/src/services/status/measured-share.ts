import type { ShownDay } from './status-state.ts'

/**
 * Share of the measured minutes: an outage counts whole, a partial one half, a slow service not at all. Null: nothing was
 * measured. Never rounded up to a hundred where anything was lost.
 */
export function measuredShareOf(
  days: readonly ShownDay[],
): { readonly percent: number; readonly minutes: number } | null {
  let measured = 0
  let lost = 0
  for (const { minutes } of days) {
    if (!minutes) continue
    measured += minutes.good + minutes.degraded + minutes.partial + minutes.major
    lost += minutes.major + minutes.partial / 2
  }
  if (measured === 0) return null
  return { percent: Math.floor((1 - lost / measured) * 100_000) / 1000, minutes: measured }
}

/** Minutes of a day with a fault. */
export function badMinutesOf({ minutes }: ShownDay): number {
  return minutes ? minutes.degraded + minutes.partial + minutes.major : 0
}

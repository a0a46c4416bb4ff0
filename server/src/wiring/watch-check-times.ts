import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { CheckTimes } from '#services/watch/check-times.ts'
import type { Base } from './base.ts'

const everyMs = 5000

/** Tells which check messages wait for, where they wait for one. */
export function watchCheckTimes({ alarms }: Pick<Base, 'alarms'>): {
  note(outcome: InspectionOutcome): void
  stop(): void
} {
  const times = new CheckTimes()
  let told: ReadonlyMap<string, number> = new Map()
  const timer = setInterval(() => {
    const found = times.look()
    for (const [check, share] of found)
      alarms.raise(
        'check-slow',
        check,
        `the check ${check} takes longer than a second for ${Math.round(share * 100)} % of the mail`,
      )
    for (const check of told.keys()) if (!found.has(check)) alarms.clear('check-slow', check)
    told = found
  }, everyMs)
  return { note: ({ timings }) => times.note(timings), stop: () => clearInterval(timer) }
}

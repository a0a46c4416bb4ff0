import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import { dayMs, overrunOf, shownDays } from './status-state.ts'
import type { StatusStore } from './status-store.ts'

/** Raises an alarm for planned work that takes longer than it was announced, and clears it when it ends. */
export async function watchOverrun(
  status: Pick<StatusStore, 'incidents'>,
  alarms: Alarms,
  now: number,
): Promise<void> {
  const over = (await status.incidents(now - shownDays * dayMs, 200)).filter(
    (each) => overrunOf(each, now) > 0,
  )
  for (const { id, name, until } of over)
    alarms.raise(
      'planned-work-overrun',
      id,
      `planned work "${name.slice(0, 120)}" was announced until ${utcWords(until ?? now)} and is not over; tell when it will be, or that it is`,
    )
  for (const { name, subject } of alarms.open())
    if (name === 'planned-work-overrun' && !over.some((each) => each.id === subject))
      alarms.clear(name, subject)
}

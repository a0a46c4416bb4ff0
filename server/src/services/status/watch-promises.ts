import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import { dayMs, isOpen, shownDays } from './status-state.ts'
import type { StatusStore } from './status-store.ts'

/** A review that was promised with an incident. */
interface PromisedReview {
  readonly id: string
  readonly what: string
  /** By when (ms). */
  readonly due: number
  /** Null: it is still to come. */
  readonly keptAt: number | null
}

export interface PromiseParts {
  readonly status: Pick<StatusStore, 'incidents'>
  /** Open incidents; a promised review keeps its incident open. */
  readonly readOpen: () => Promise<
    readonly { readonly id: string; readonly name: string; readonly promises: readonly PromisedReview[] }[]
  >
  readonly alarms: Alarms
}

/**
 * Raises an alarm for each promise that is not kept in its time: the next update of what the public is told is open, and
 * reviews. It ends with any update, with the result of the review, and with the incident.
 */
export async function watchPromises({ status, readOpen, alarms }: PromiseParts, now: number): Promise<void> {
  const overdue = new Map<string, string>()
  for (const each of await status.incidents(now - shownDays * dayMs, 200)) {
    const nextAt = each.updates.at(-1)?.nextAt ?? null
    if (nextAt !== null && nextAt < now && isOpen(each, now))
      overdue.set(
        `update of ${each.id}`,
        `the next update of "${short(each.name)}" was promised by ${utcWords(nextAt)}, and the public has heard nothing`,
      )
  }
  for (const { id, name, promises } of await readOpen())
    for (const each of promises)
      if (each.keptAt === null && each.due < now)
        overdue.set(
          `review ${each.id} of ${id}`,
          `a review of "${short(name)}" was promised by ${utcWords(each.due)}: ${short(each.what)}`,
        )
  for (const [subject, text] of overdue) alarms.raise('promise-overdue', subject, text)
  for (const { name, subject } of alarms.open())
    if (name === 'promise-overdue' && !overdue.has(subject)) alarms.clear(name, subject)
}

const short = (text: string) => text.slice(0, 120)

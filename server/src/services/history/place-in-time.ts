import type { EntryGroup } from './group-entries.ts'
import type { KeptEntry } from './history-entry.ts'
import { type ResolvedDay, resolveDay, type ToldDay, toldDays } from './told-days.ts'

/** When an incident began, as far as it is known. */
export interface Placed {
  readonly date: string | null
  readonly basis: 'tracker' | 'told' | 'none'
  readonly window: readonly [string | null, string | null]
  readonly conflict: string | null
  /** The entry that gives the date; null: none does. */
  readonly by: KeptEntry | null
}

interface Place {
  readonly group: EntryGroup
  date: string | null
  basis: 'tracker' | 'told' | 'none'
  conflict: string | null
  by: KeptEntry | null
}

const dayMs = 86_400_000

/**
 * Finds the day on which each incident began: by moments that a tracker prints, else by days that the texts name, else
 * only between its neighbours on a page that is in the order of time.
 */
export function placeInTime(groups: readonly EntryGroup[]): Map<EntryGroup, Placed> {
  const places = groups.map(placeByMoments)
  const order = new PageOrder(places)
  for (const place of places) placeByWords(place, order, (told) => told.year !== null)
  for (const place of places) placeByWords(place, order, (told) => told.year === null)
  return new Map(
    places.map(({ group, date, basis, conflict, by }) => {
      const window = date === null ? order.around(group) : ([date, date] as const)
      return [group, { date, basis, conflict, by, window }]
    }),
  )
}

/**
 * A tracker that saw it begin and end says when. One that prints an end before the beginning, or none, was told
 * afterwards: then the texts know better, and the earlier of its moments comes second.
 */
function placeByMoments(group: EntryGroup): Place {
  const seen = group.entries.find((each) => isRealSpan(each))
  if (seen?.detectedAt) return { group, ...dated(new Date(seen.detectedAt), 'tracker', seen) }
  const told = fullDays(group)[0]
  const printed = group.entries
    .flatMap((by) => [by.detectedAt, by.resolvedAt].flatMap((at) => (at === null ? [] : [{ at, by }])))
    .toSorted((one, other) => one.at - other.at)[0]
  const headed = group.entries.find((each) => each.day !== null)
  if (!printed && !headed) return { group, date: null, basis: 'none', conflict: null, by: null }
  if (told) return { group, date: told.day, basis: 'told', conflict: told.conflict, by: told.by }
  if (printed) return { group, ...dated(new Date(printed.at), 'tracker', printed.by) }
  return { group, date: headed?.day ?? null, basis: 'tracker', conflict: null, by: headed ?? null }
}

/** True: an end after the beginning. */
export function isRealSpan({ detectedAt, resolvedAt }: KeptEntry): boolean {
  return detectedAt !== null && resolvedAt !== null && resolvedAt > detectedAt
}

function dated(at: Date, basis: 'tracker', by: KeptEntry) {
  return { date: at.toISOString().slice(0, 10), basis, conflict: null, by }
}

/** Days with their year, earliest first. */
function fullDays(group: EntryGroup): (ResolvedDay & { by: KeptEntry })[] {
  return daysIn(group)
    .flatMap(({ told, by }) => {
      const found = told.year === null ? null : resolveDay(told, [null, null])
      return found ? [{ ...found, by }] : []
    })
    .toSorted((a, b) => a.day.localeCompare(b.day))
}

function daysIn(group: EntryGroup): { told: ToldDay; by: KeptEntry }[] {
  return group.entries.flatMap((by) =>
    by.posts.flatMap((post) => toldDays(post.text).map((told) => ({ told, by }))),
  )
}

function placeByWords(place: Place, order: PageOrder, wanted: (told: ToldDay) => boolean): void {
  if (place.date !== null) return
  const around = order.around(place.group)
  const wide = [shift(around[0], -7), shift(around[1], 7)] as const
  const found = daysIn(place.group)
    .filter(({ told }) => wanted(told))
    .flatMap(({ told, by }) => {
      const day = resolveDay(told, told.year === null ? around : wide)
      return day && isWithin(day.day, wide) ? [{ ...day, by }] : []
    })
    .toSorted((a, b) => a.day.localeCompare(b.day))[0]
  if (!found) return
  Object.assign(place, { date: found.day, basis: 'told', conflict: found.conflict, by: found.by })
}

function shift(day: string | null, days: number): string | null {
  return day && new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

function isWithin(day: string, [from, to]: readonly [string | null, string | null]): boolean {
  return (from === null || day >= from) && (to === null || day <= to)
}

/** Pages of reports are in the order of time, newest first: neighbours that have a day bound those that have none. */
class PageOrder {
  readonly #pages = new Map<string, { line: number; place: Place }[]>()

  constructor(places: readonly Place[]) {
    for (const place of places)
      for (const { form, file, line } of place.group.entries)
        if (form === 'report-page') this.#pages.set(file, [...(this.#pages.get(file) ?? []), { line, place }])
    for (const page of this.#pages.values()) page.sort((a, b) => a.line - b.line)
  }

  /** Days between which a group must have begun, by the pages that it stands on. */
  around(group: EntryGroup): readonly [string | null, string | null] {
    let [from, to]: [string | null, string | null] = [null, null]
    for (const page of this.#pages.values())
      for (const [at, { place }] of page.entries()) {
        if (place.group !== group) continue
        const newer = page.slice(0, at).findLast((each) => each.place.date !== null)?.place.date ?? null
        const older = page.slice(at + 1).find((each) => each.place.date !== null)?.place.date ?? null
        if (older !== null && (from === null || older > from)) from = older
        if (newer !== null && (to === null || newer < to)) to = newer
      }
    // Pages that contradict each other bound nothing.
    return from !== null && to !== null && from > to ? [null, null] : [from, to]
  }
}

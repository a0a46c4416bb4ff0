import { createHash } from 'node:crypto'
import { type EntryGroup, groupEntries } from './group-entries.ts'
import type { KeptEntry, Severity } from './history-entry.ts'
import type { HistoryIncident, Source } from './incident.ts'
import { wordsOf } from './likeness.ts'
import { nameCause, nameDirection } from './name-cause.ts'
import { isRealSpan, type Placed, placeInTime } from './place-in-time.ts'
import { readPrintedDuration } from './read-moment.ts'
import { ComponentNames } from './split-components.ts'
import { toldMinutes } from './told-minutes.ts'
import { toldStart } from './told-start.ts'

const minuteMs = 60_000
const dayMinutes = 1440

/** Makes the one history out of all entries: the same incident once, with what each source says. Oldest first. */
export function buildIncidents(entries: readonly KeptEntry[]): HistoryIncident[] {
  const names = new ComponentNames(entries.flatMap((each) => each.affected))
  const placed = placeInTime(groupEntries(entries))
  return [...placed]
    .map(([group, place]) => buildIncident(group, place, names))
    .toSorted((a, b) => orderOf(a).localeCompare(orderOf(b)))
}

/** By the day, else by the earliest that it can be; on one page the lower is the older. */
function orderOf({ date, window, startedAt, sources }: HistoryIncident): string {
  const page = sources.find((each) => each.form === 'report-page')
  const day = date ?? window[0] ?? ''
  const moment = date === null ? '~' : String(startedAt ?? 0).padStart(15, '0')
  return `${day} ${moment} ${String(1e9 - (page?.line ?? 0)).padStart(10, '0')}`
}

function buildIncident(group: EntryGroup, place: Placed, names: ComponentNames): HistoryIncident {
  const { entries } = group
  const teller = tellerOf(entries)
  const texts = teller.posts.map((each) => each.text)
  const titled = teller.title === null ? entries.find((each) => each.title !== null) : teller
  const rated = entries.find((each) => each.severity !== null)
  const listed = entries.filter((each) => each.affected.length > 0)
  const cause = nameCause([titled?.title ?? '', ...texts])
  const inferred = listed.length > 0 ? [] : names.namedIn([titled?.title ?? '', ...texts].join('\n'))
  const times = timesOf(group, place, teller, cause === 'planned')
  return {
    id: createHash('sha256').update(entries[0]!.id).digest('hex').slice(0, 12),
    title: titled?.title ?? null,
    kind: cause === 'planned' ? 'maintenance' : 'incident',
    severity: rated?.severity ?? null,
    components: listed.length > 0 ? names.split(listed.flatMap((each) => each.affected)) : inferred,
    componentsBasis: listed.length > 0 ? 'stated' : inferred.length > 0 ? 'inferred' : 'none',
    direction: nameDirection(titled?.title ?? '', texts),
    cause,
    causeBasis: cause === 'unknown' ? 'none' : 'stated',
    isThirdParty: cause === 'receiver' || cause === 'upstream',
    ...{ date: place.date, dateBasis: place.basis, window: place.window },
    ...times.known,
    posts: teller.posts,
    conflicts: [...conflictsOf(entries), ...(place.conflict ? [place.conflict] : []), ...times.conflicts],
    sources: entries.map((each) => ({
      ...sourceOf(each),
      ...{ id: each.id, ...(each.apart && { apart: true }) },
    })),
    mergedBecause: group.because,
    provenance: {
      ...(titled && { title: [sourceOf(titled)] }),
      ...(rated && { severity: entries.filter((each) => each.severity !== null).map(sourceOf) }),
      ...(place.by && { date: [sourceOf(place.by)] }),
      ...(times.by && { duration: [sourceOf(times.by)] }),
      ...(listed.length > 0 && { components: listed.map(sourceOf) }),
      ...{ posts: [sourceOf(teller)], cause: [sourceOf(teller)] },
    },
  }
}

/** The entry that tells most: moments first, then posts. */
function tellerOf(entries: readonly KeptEntry[]): KeptEntry {
  const timed = (each: KeptEntry) => each.posts.filter((post) => post.at !== null).length
  return entries.toSorted((a, b) => timed(b) - timed(a) || b.posts.length - a.posts.length)[0]!
}

function sourceOf({ file, line, form }: KeptEntry): Source {
  return { file, line, form }
}

type Known = Pick<
  HistoryIncident,
  | 'startedAt'
  | 'startBasis'
  | 'endedAt'
  | 'firstPostAt'
  | 'isReportedAfterwards'
  | 'minutesToNotice'
  | 'minutesFromEndToNotice'
  | 'durationMinutes'
  | 'durationBasis'
>

function timesOf({ entries }: EntryGroup, { date }: Placed, teller: KeptEntry, isPlanned: boolean) {
  const texts = teller.posts.map((each) => each.text)
  const seen = entries.find(isRealSpan)
  const firstPostAt = teller.posts.map((each) => each.at).find((at) => at !== null) ?? null
  const printedEnd = entries.find((each) => each.resolvedAt !== null)?.resolvedAt ?? null
  const isAfterwards =
    !seen &&
    firstPostAt !== null &&
    teller.posts.every((each) => each.state === null || isClosing(each.state))
  const length = lengthOf(seen, texts, isPlanned)
  const told = date === null || isPlanned ? null : toldStart(texts, date)
  // A beginning that is told counts where the rest bears it out: before the first post, and not by days.
  const isBorneOut = told !== null && firstPostAt !== null && firstPostAt > told
  const startedAt = isBorneOut ? told : (seen?.detectedAt ?? null)
  const toldEnd = isBorneOut && length.basis === 'told' ? told + (length.minutes ?? 0) * minuteMs : null
  const overAt = printedEnd !== null && firstPostAt !== null && printedEnd < firstPostAt ? printedEnd : null
  const known: Known = {
    startedAt,
    startBasis: isBorneOut ? 'told' : seen ? 'tracker' : 'none',
    endedAt: seen?.resolvedAt ?? toldEnd,
    firstPostAt,
    isReportedAfterwards: isAfterwards,
    minutesToNotice: isBorneOut ? Math.round((firstPostAt - told) / minuteMs) : null,
    minutesFromEndToNotice: isAfterwards ? minutesSince(toldEnd ?? overAt, firstPostAt) : null,
    durationMinutes: length.minutes,
    durationBasis: length.basis,
  }
  const early = seen?.detectedAt && firstPostAt !== null && firstPostAt < seen.detectedAt
  const conflicts = [
    ...length.conflicts,
    ...(early ? ['the first post is older than the moment of detection'] : []),
    ...(!seen && overAt !== null ? ['the printed end is older than the moment of detection'] : []),
  ]
  return { known, conflicts, by: length.basis === 'none' ? null : (seen ?? teller) }
}

function minutesSince(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : Math.round((to - from) / minuteMs)
}

function isClosing(state: string): boolean {
  return ['resolved', 'postmortem', 'completed'].includes(state)
}

interface Length {
  readonly minutes: number | null
  readonly basis: HistoryIncident['durationBasis']
  readonly conflicts: readonly string[]
}

/**
 * What a tracker prints to the minute is exact, since it knows seconds; what it prints in days is not, and the
 * difference of its moments is. Without either the texts may say.
 */
function lengthOf(seen: KeptEntry | undefined, texts: readonly string[], isPlanned: boolean): Length {
  if (seen) {
    const moments = Math.floor(((seen.resolvedAt ?? 0) - (seen.detectedAt ?? 0)) / minuteMs)
    const printed = readPrintedDuration(seen.printedDuration ?? '')
    if (printed === null) return { minutes: moments, basis: 'moments', conflicts: [] }
    const isCoarse = printed >= dayMinutes
    if (!isCoarse && Math.abs(printed - moments) <= 1)
      return { minutes: printed, basis: 'printed', conflicts: [] }
    const differs = Math.abs(printed - moments) > (isCoarse ? dayMinutes : 1)
    const conflicts = differs ? [`the printed length ${seen.printedDuration} is not that of its moments`] : []
    return { minutes: moments, basis: 'moments', conflicts }
  }
  const told = toldMinutes(texts)
  if (told === null) return { minutes: null, basis: 'none', conflicts: [] }
  return { minutes: told, basis: isPlanned ? 'planned' : 'told', conflicts: [] }
}

function conflictsOf(entries: readonly KeptEntry[]): string[] {
  const severities = new Set(
    entries.map((each) => each.severity).filter((each): each is Severity => each !== null),
  )
  const titles = new Set(entries.flatMap((each) => (each.title ? [wordsOf(each.title).join(' ')] : [])))
  return [
    ...(severities.size > 1 ? [`sources call it ${[...severities].join(' and ')}`] : []),
    ...(titles.size > 1 ? ['sources give it different titles'] : []),
  ]
}

import { buildTotals } from './build-totals.ts'
import type { HistoryStore } from './history-store.ts'
import type { HistoryIncident } from './incident.ts'
import { type OwnParts, ownIncidents } from './own-incidents.ts'
import { type SumKind, sumKindOf } from './sum-kinds.ts'
import { weightOf } from './weight.ts'

/** One incident as it counted in a month. */
export interface MonthLine {
  readonly id: string
  readonly title: string
  readonly kind: SumKind
  /** Null: not over, or not known. */
  readonly minutes: number | null
  readonly weight: number
  readonly minutesToNotice: number | null
}

/** Something that was found to be otherwise after a month was published. */
export interface Correction {
  readonly at: number
  readonly incident: string
  /** What is otherwise, in words: `length 40 min, now 55 min`. */
  readonly what: string
  /** Why, in words; the last thing that was said of the incident. */
  readonly why: string
}

/** A month as it was published when it had ended; its lines never change. */
export interface FrozenMonth {
  /** `2027-06`. */
  readonly month: string
  readonly frozenAt: number
  readonly lines: readonly MonthLine[]
  /** Oldest first. */
  readonly corrections: readonly Correction[]
  /** The lines as they are now: those that were published, with all corrections. */
  readonly corrected: readonly MonthLine[]
}

export interface FreezeParts extends OwnParts {
  readonly history: Pick<HistoryStore, 'months' | 'putMonth'>
}

const mostMonths = 120
const mostCorrections = 200

/**
 * Freezes each month that has ended, and adds to frozen ones what has become otherwise since. The first month is that of
 * the first incident, or of the first component of the status page.
 */
export async function freezeMonths(parts: FreezeParts, now: number): Promise<void> {
  const own = await ownIncidents(parts, now)
  const frozen = new Map((await parts.history.months(mostMonths)).map((each) => [each.month, each]))
  const made = (await parts.status.components()).map((each) => each.createdAt)
  const first = Math.min(now, ...made, ...own.map((each) => each.startedAt ?? now))
  for (const month of monthsBetween(first, now).slice(-mostMonths)) {
    const incidents = own.filter((each) => monthOf(each.startedAt ?? now) === month)
    const lines = incidents.map(lineOf)
    const known = frozen.get(month)
    if (!known)
      await parts.history.putMonth({ month, frozenAt: now, lines, corrections: [], corrected: lines })
    else {
      const news = correctionsOf(known.corrected, lines, own, now)
      if (news.length === 0) continue
      const corrections = [...known.corrections, ...news].slice(-mostCorrections)
      await parts.history.putMonth({ ...known, corrections, corrected: lines })
    }
  }
}

/** How an incident counts in its month. */
export function lineOf(incident: HistoryIncident): MonthLine {
  const { id, title, durationMinutes, minutesToNotice } = incident
  return {
    ...{ id, title: title ?? '', kind: sumKindOf(incident), minutes: durationMinutes, minutesToNotice },
    weight: weightOf(incident),
  }
}

/** Months that have ended, from that of one moment to that before another; oldest first. */
function monthsBetween(from: number, until: number): string[] {
  const [months, last] = [[] as string[], monthOf(until)]
  const date = new Date(`${monthOf(from)}-01T00:00:00Z`)
  for (; monthOf(date.getTime()) < last; date.setUTCMonth(date.getUTCMonth() + 1))
    months.push(monthOf(date.getTime()))
  return months
}

/** `2027-06`, of UTC. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}

function correctionsOf(
  before: readonly MonthLine[],
  now: readonly MonthLine[],
  own: readonly HistoryIncident[],
  at: number,
): Correction[] {
  const why = (id: string) =>
    own
      .find((each) => each.id === id)
      ?.posts.at(-1)
      ?.text.slice(0, 300) ?? 'what it hit is not shown to the public any more'
  const known = new Map(before.map((each) => [each.id, each]))
  const changed = now.flatMap((each) => {
    const what = difference(known.get(each.id), each)
    return what === null ? [] : [{ at, incident: each.id, what, why: why(each.id) }]
  })
  const gone = before
    .filter((each) => !now.some((one) => one.id === each.id))
    .map((each) => ({
      at,
      incident: each.id,
      what: own.some((one) => one.id === each.id)
        ? `"${each.title}" began in another month`
        : `"${each.title}" counts no more`,
      why: why(each.id),
    }))
  return [...changed, ...gone]
}

function difference(before: MonthLine | undefined, now: MonthLine): string | null {
  const minutes = (each: number | null) => (each === null ? 'not known' : `${each} min`)
  if (!before) return `"${now.title}" was added: ${now.kind}, ${minutes(now.minutes)}`
  const parts = [
    ...(before.kind === now.kind ? [] : [`${before.kind}, now ${now.kind}`]),
    ...(before.minutes === now.minutes
      ? []
      : [`length ${minutes(before.minutes)}, now ${minutes(now.minutes)}`]),
    ...(before.weight === now.weight ? [] : [`weight ${before.weight}, now ${now.weight}`]),
    ...(before.minutesToNotice === now.minutesToNotice
      ? []
      : [`first post after ${minutes(before.minutesToNotice)}, now ${minutes(now.minutesToNotice)}`]),
  ]
  return parts.length === 0 ? null : `"${now.title}": ${parts.join('; ')}`
}

/** The whole of our own history, summed by the same code as that of others. */
export async function ownTotals(parts: OwnParts, now: number): Promise<ReturnType<typeof buildTotals>> {
  return buildTotals(await ownIncidents(parts, now), [], [])
}

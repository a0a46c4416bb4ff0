import { explainStated, type StatedBeside } from './explain-stated.ts'
import type { KeptEntry } from './history-entry.ts'
import type { KeptDocument } from './history-store.ts'
import type { HistoryIncident } from './incident.ts'
import { type SumKind, sumKindOf, sumKinds, sumWords } from './sum-kinds.ts'
import { weightOf, weightWords } from './weight.ts'

/** A sum that says how much of it is known. */
export interface Sum {
  readonly incidents: number
  /** Those whose length is known; `minutes` is of these alone. */
  readonly known: number
  readonly minutes: number
  /** The same as downtime; see `weightWords`. */
  readonly weightedMinutes: number
}

/** A mean that says of how many it is; null: of none. */
export interface Mean {
  readonly of: number
  readonly known: number
  readonly meanMinutes: number | null
  readonly medianMinutes: number | null
}

export interface HistoryTotals {
  readonly incidents: number
  readonly entries: number
  /** Entries that another one tells of too. */
  readonly repeated: number
  /** Incidents whose day is known. */
  readonly dated: number
  readonly sums: readonly (Sum & { readonly kind: SumKind; readonly means: string })[]
  /** How downtime is weighed. */
  readonly weights: string
  /** MTTD: from a beginning that is told to the first post. */
  readonly timeToNotice: Mean
  /** From the end to the first post, for what was told when it was over. */
  readonly noticeAfterEnd: Mean
  /** MTTR: lengths of own faults. */
  readonly timeToResolve: Mean
  readonly components: readonly (Sum & { readonly name: string })[]
  readonly causes: readonly (Sum & { readonly name: string })[]
  /** By month of the beginning, oldest first; what has no day is in none of them. */
  readonly months: readonly { readonly month: string; readonly counts: Readonly<Record<SumKind, number>> }[]
  readonly stated: readonly StatedBeside[]
}

/** Sums over the full history, never over a page of it. */
export function buildTotals(
  incidents: readonly HistoryIncident[],
  documents: readonly KeptDocument[],
  entries: readonly KeptEntry[],
): HistoryTotals {
  const own = incidents.filter((each) => each.kind === 'incident' && !each.isThirdParty)
  const faults = incidents.filter((each) => each.kind === 'incident')
  return {
    incidents: incidents.length,
    entries: entries.length,
    repeated: Math.max(0, entries.length - incidents.length),
    dated: incidents.filter((each) => each.date !== null).length,
    sums: sumKinds.map((kind) => ({
      ...{ kind, means: sumWords[kind] },
      ...sumOf(incidents.filter((each) => sumKindOf(each) === kind)),
    })),
    weights: weightWords,
    timeToNotice: meanOf(faults.map((each) => each.minutesToNotice)),
    noticeAfterEnd: meanOf(
      faults.filter((each) => each.isReportedAfterwards).map((each) => each.minutesFromEndToNotice),
    ),
    timeToResolve: meanOf(own.map((each) => each.durationMinutes)),
    components: groupBy(faults, (each) => (each.components.length > 0 ? each.components : ['not stated'])),
    causes: groupBy(incidents, (each) => [each.cause]),
    months: monthsOf(incidents),
    stated: explainStated(incidents, documents, entries),
  }
}

function sumOf(incidents: readonly HistoryIncident[]): Sum {
  const known = incidents.filter((each) => each.durationMinutes !== null)
  const sum = (weigh: (each: HistoryIncident) => number) =>
    known.reduce((all, each) => all + weigh(each) * (each.durationMinutes ?? 0), 0)
  return {
    ...{ incidents: incidents.length, known: known.length },
    ...{ minutes: sum(() => 1), weightedMinutes: Math.round(sum(weightOf)) },
  }
}

function meanOf(values: readonly (number | null)[]): Mean {
  const known = values.filter((each) => each !== null).toSorted((a, b) => a - b)
  const half = known.length / 2
  const median = (known[Math.ceil(half) - 1]! + known[Math.floor(half)]!) / 2
  return {
    ...{ of: values.length, known: known.length },
    meanMinutes: known.length === 0 ? null : Math.round(known.reduce((a, b) => a + b, 0) / known.length),
    medianMinutes: known.length === 0 ? null : Math.round(median),
  }
}

function groupBy(
  incidents: readonly HistoryIncident[],
  namesOf: (incident: HistoryIncident) => readonly string[],
): (Sum & { name: string })[] {
  const groups = new Map<string, HistoryIncident[]>()
  for (const each of incidents)
    for (const name of namesOf(each)) groups.set(name, [...(groups.get(name) ?? []), each])
  return [...groups]
    .map(([name, members]) => ({ name, ...sumOf(members) }))
    .toSorted((a, b) => b.incidents - a.incidents || a.name.localeCompare(b.name))
}

/** Months without an incident are there too: a gap in the line would look like one in time. */
function monthsOf(incidents: readonly HistoryIncident[]): HistoryTotals['months'][number][] {
  const dated = incidents.filter((each) => each.date !== null)
  const by = Map.groupBy(dated, (each) => (each.date ?? '').slice(0, 7))
  const known = [...by.keys()].toSorted()
  const months: HistoryTotals['months'][number][] = []
  for (let month = known[0]; month !== undefined && month <= (known.at(-1) ?? ''); month = nextMonth(month)) {
    const members = by.get(month) ?? []
    const count = (kind: SumKind) => members.filter((each) => sumKindOf(each) === kind).length
    const counts = Object.fromEntries(sumKinds.map((kind) => [kind, count(kind)])) as Record<SumKind, number>
    months.push({ month, counts })
  }
  return months
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7)
}

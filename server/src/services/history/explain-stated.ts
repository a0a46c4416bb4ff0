import type { KeptEntry, StatedTotals } from './history-entry.ts'
import type { KeptDocument } from './history-store.ts'
import type { HistoryIncident } from './incident.ts'
import { isRealSpan } from './place-in-time.ts'
import { readPrintedDuration } from './read-moment.ts'
import { sumKindOf } from './sum-kinds.ts'

/** What a document says of itself beside what its own entries come to, with the reasons for the difference. */
export interface StatedBeside {
  readonly file: string
  readonly stated: StatedTotals
  /** Entries that it lists, and what their lengths sum to. */
  readonly listed: number
  readonly listedMinutes: number
  /** Of these minutes, own faults that count as downtime by our definition. */
  readonly downtimeMinutes: number
  readonly reasons: readonly string[]
}

const minuteMs = 60_000

/** For each document that states totals. */
export function explainStated(
  incidents: readonly HistoryIncident[],
  documents: readonly KeptDocument[],
  entries: readonly KeptEntry[],
): StatedBeside[] {
  const stating = documents.filter((each) => each.stated !== null)
  const kinds = new Map(
    incidents.flatMap((each) =>
      each.sources.map((at) => [`${at.file}:${at.line}`, sumKindOf(each)] as const),
    ),
  )
  const minutesOf = (file: string, wanted?: (kind: string) => boolean) =>
    entries
      .filter((each) => each.file === file && (wanted?.(kinds.get(`${file}:${each.line}`) ?? '') ?? true))
      .reduce((sum, each) => sum + minutesOfEntry(each), 0)
  const listedIn = (file: string) => entries.filter((each) => each.file === file).length
  const allListed = stating.reduce((sum, each) => sum + listedIn(each.file), 0)
  return stating.flatMap(({ file, stated }) => {
    if (!stated) return []
    const beside = {
      ...{ file, stated, listed: listedIn(file), listedMinutes: minutesOf(file) },
      downtimeMinutes: minutesOf(file, (kind) => kind === 'outage'),
    }
    const twins = stating.filter((each) => each.file !== file && isSameList(each.stated, stated))
    const notices = minutesOf(file, (kind) => kind === 'notice')
    const others = minutesOf(file, (kind) => kind === 'third-party')
    const degraded = minutesOf(file, (kind) => kind === 'degraded')
    return [{ ...beside, reasons: reasonsFor(beside, twins, { notices, others, degraded }, allListed) }]
  })
}

/** Lengths as the page gives them: the moments know minutes that `40d 19h` has lost. */
function minutesOfEntry(entry: KeptEntry): number {
  if (isRealSpan(entry)) return Math.floor(((entry.resolvedAt ?? 0) - (entry.detectedAt ?? 0)) / minuteMs)
  return readPrintedDuration(entry.printedDuration ?? '') ?? 0
}

function isSameList(one: StatedTotals | null, other: StatedTotals): boolean {
  return one?.incidents === other.incidents && one.since === other.since
}

function reasonsFor(
  { stated, listed, listedMinutes }: Omit<StatedBeside, 'reasons'>,
  twins: readonly KeptDocument[],
  within: { readonly notices: number; readonly others: number; readonly degraded: number },
  allListed: number,
): string[] {
  const reasons: string[] = []
  const differs = (stated.minutes ?? 0) - listedMinutes
  if (listed !== stated.incidents)
    reasons.push(
      `it announces ${stated.incidents} and lists ${listed}: ${stated.incidents - listed} are not on this page`,
    )
  // A page that adds up seconds differs from one that adds up minutes by less than a minute for each entry.
  if (stated.minutes !== null && Math.abs(differs) <= listed)
    reasons.push('its sum is that of the entries on this page, not of all that it announces')
  else if (stated.minutes !== null)
    reasons.push(
      `its sum is ${Math.abs(differs)} minutes ${differs > 0 ? 'more' : 'less'} than its entries come to`,
    )
  for (const twin of twins)
    if (twin.stated?.minutes !== stated.minutes)
      reasons.push(
        `${twin.file} announces the same ${stated.incidents} and sums them to ${twin.stated?.downtime}`,
      )
  if (twins.length > 0 && allListed !== stated.incidents)
    reasons.push(`together these pages list ${allListed} of ${stated.incidents}`)
  if (within.others > 0) reasons.push(`it counts ${within.others} minutes of faults of others as downtime`)
  if (within.notices > 0) reasons.push(`it counts ${within.notices} minutes of notices as downtime`)
  if (within.degraded > 0) reasons.push(`it counts ${within.degraded} minutes of minor faults as downtime`)
  return reasons
}

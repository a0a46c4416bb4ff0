import type { HouseFault } from './faults-of-house.ts'
import {
  isAhead,
  lengthOf,
  type Measured,
  newestOf,
  nextMeasured,
  type PeriodReading,
  periodMs,
  silentPeriods,
  unknownSince,
} from './measured.ts'
import type { MinuteKind } from './measured-store.ts'
import { dayMs, dayOf, isFelt, shownDays, stateIn, worst } from './status-state.ts'
import type { ComponentState, StatusComponent, StatusIncident, StatusStore } from './status-store.ts'

/** What is known now of one path that is tried again and again. */
export interface ProbeReading {
  /** Kind of path: what components name in `probes`. */
  readonly probe: string
  readonly result: 'ok' | 'failed' | 'unknown'
  /** When it was tried last (ms). */
  readonly at: number
  /** What was seen; for the operator. */
  readonly words: string
}

/** All paths as they are known now. */
export type ReadProbes = () => Promise<readonly ProbeReading[]>

/** What open alarms say of the house. */
export interface HouseState {
  readonly faults: readonly HouseFault[]
  /** Everybody who would raise an alarm is heard of: where there is none, all is well as far as alarms go. */
  readonly isWatched: boolean
}

export type ReadFaults = () => Promise<HouseState>

export interface MeasureParts {
  readonly status: StatusStore
  readonly readProbes: ReadProbes
  readonly readFaults?: ReadFaults
  /** Length of a period (ms), a minute at most. */
  readonly everyMs?: number
  /** Takes what the store does not take, by component, until it does: a full disk shall not end what is known. */
  readonly unsaved?: Map<string, Measured>
}

/**
 * Looks at all components once for the period of this moment: what tries of our own come to, and which alarms stand for
 * them. It may be called more often, and by several processes: a period counts once.
 * @throws Error where the store takes nothing; what was measured is in `unsaved` then
 */
export async function measureComponents(
  { status, readProbes, readFaults, everyMs = periodMs, unsaved = new Map() }: MeasureParts,
  now: number,
): Promise<void> {
  const components = await status.components()
  const periodAt = Math.floor(now / everyMs) * everyMs
  const known = newestOf(await status.measured(), [...unsaved.values()])
  const before = new Map(known.map((each) => [each.component, each]))
  const due = components.filter(({ id }) => {
    const counted = before.get(id)?.periodAt ?? 0
    return counted < periodAt || isAhead(counted, now)
  })
  if (due.length === 0) return
  const probes = await readProbes()
  const { faults, isWatched } = (await readFaults?.()) ?? { faults: [], isWatched: false }
  const incidents = await status.incidents(now - 7 * dayMs, 200)
  const overrides = await status.overrides(now)
  const ids = new Set(components.map((each) => each.id))
  // All at once: the store writes them in one go.
  const noted = due.map(async (component) => {
    const known = before.get(component.id)
    const own = faults.filter((each) => placeOf(each.component, ids) === component.id)
    const reading = readingOf({ component, known, probes, faults: own, isWatched, now })
    if (reading === null) return
    const next = nextMeasured(known, component.id, reading, periodAt, everyMs)
    const override = overrides.find((each) => each.component === component.id)?.state
    const minute = minuteOf(next, override ?? toldOf(component, incidents, now), now)
    const isCounted = known !== undefined && minuteAt(known.periodAt) === minuteAt(periodAt)
    unsaved.set(component.id, next)
    await status.noteMeasured(next, isCounted ? null : minute)
    unsaved.delete(component.id)
  })
  await Promise.all(noted)
  await status.forgetMeasured(dayOf(now - shownDays * dayMs))
}

const minuteAt = (at: number) => Math.floor(at / 60_000)

/** The component of a fault, or the whole that it is a part of where the page has no such part. */
function placeOf(id: string, known: ReadonlySet<string>): string {
  return known.has(id) ? id : id.replace(/-.*/, '')
}

interface Readings extends HouseState {
  readonly component: StatusComponent
  readonly known: Measured | undefined
  readonly probes: readonly ProbeReading[]
  readonly now: number
}

/** What this period came to; null: nothing measures this component. */
function readingOf({ component, known, probes, faults, isWatched, now }: Readings): PeriodReading | null {
  const tried = (component.probes ?? []).length > 0 ? triedOf(component, probes, now) : null
  if (faults.length > 0) return worstOf(tried, faults)
  if (tried !== null) return tried
  // What only alarms speak of is good from their end on until the fault is over, and then nobody knows.
  if (known === undefined) return null
  const wasBad = known.suspectedSince !== null || known.badSince !== null
  return { result: isWatched && wasBad ? 'good' : 'unknown', level: 'operational', words: '' }
}

function worstOf(tried: PeriodReading | null, faults: readonly HouseFault[]): PeriodReading {
  const bad = tried?.result === 'bad' ? [tried] : []
  const level = worst([...bad, ...faults].map((each) => each.level))
  const [first] = faults.toSorted((a, b) => a.since - b.since)
  const directions = new Set(faults.map((each) => each.direction))
  const shares = faults.flatMap(({ share }) => (share === null ? [] : [share]))
  return {
    ...{ result: 'bad', level, since: first?.since ?? 0 },
    words: [...bad, ...faults]
      .map((each) => each.words)
      .join('; ')
      .slice(0, 500),
    direction: directions.size === 1 ? (first?.direction ?? null) : null,
    share: shares.length === 0 ? null : Math.max(...shares),
  }
}

/** A failed path makes a component bad; one that is not known makes the rest no comfort. */
function triedOf(
  { probes = [] }: StatusComponent,
  found: readonly ProbeReading[],
  now: number,
): PeriodReading {
  const own = found.filter((each) => probes.includes(each.probe))
  const failed = own.filter((each) => each.result === 'failed')
  if (failed.length > 0) {
    const isAll = failed.length === own.filter((each) => each.result !== 'unknown').length
    const level = isAll ? 'major_outage' : 'partial_outage'
    return { result: 'bad', level, words: wordsOf(failed) }
  }
  const silent = own.filter((each) => each.result === 'unknown' || now - each.at > 5 * periodMs)
  const isMissing = probes.some((probe) => !own.some((each) => each.probe === probe))
  return silent.length > 0 || isMissing
    ? { result: 'unknown', level: 'operational', words: wordsOf(silent) }
    : { result: 'good', level: 'operational', words: '' }
}

function wordsOf(probes: readonly ProbeReading[]): string {
  return probes
    .map((each) => `${each.probe}: ${each.words}`)
    .join('; ')
    .slice(0, 500)
}

/** Planned work that is on makes its minutes no fault. */
function toldOf(
  { id }: StatusComponent,
  incidents: readonly StatusIncident[],
  now: number,
): ComponentState | undefined {
  const isPlanned = incidents.some(
    (each) => each.kind === 'maintenance' && isFelt(each, now) && stateIn(each, id) !== 'operational',
  )
  return isPlanned ? 'under_maintenance' : undefined
}

const minuteKinds: Readonly<Record<ComponentState, MinuteKind>> = {
  operational: 'good',
  under_maintenance: 'good',
  degraded_performance: 'degraded',
  partial_outage: 'partial',
  major_outage: 'major',
}

function minuteOf(measured: Measured, told: ComponentState | undefined, now: number): MinuteKind {
  if (told !== undefined) return minuteKinds[told]
  const gap =
    measured.unknownSince === null ? 0 : measured.periodAt + lengthOf(measured) - measured.unknownSince
  if (unknownSince(measured, now) !== null || gap >= silentPeriods * lengthOf(measured)) return 'unknown'
  if (measured.suspectedSince !== null) return minuteKinds[measured.level]
  return measured.unknownSince === null ? 'good' : 'unknown'
}

import {
  isAhead,
  type Measured,
  nextMeasured,
  type PeriodReading,
  periodMs,
  silentPeriods,
  unknownSince,
} from './measured.ts'
import type { MinuteKind } from './measured-store.ts'
import { dayMs, dayOf, isFelt, shownDays, stateIn } from './status-state.ts'
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

/**
 * Looks at all measured components once for the period of this moment. It may be called more often, and by several
 * processes: a period counts once.
 */
export async function measureComponents(
  status: StatusStore,
  readProbes: ReadProbes,
  now: number,
): Promise<void> {
  const components = (await status.components()).filter((each) => (each.probes ?? []).length > 0)
  if (components.length === 0) return
  const periodAt = Math.floor(now / periodMs) * periodMs
  const before = new Map((await status.measured()).map((each) => [each.component, each]))
  const due = components.filter(({ id }) => {
    const counted = before.get(id)?.periodAt ?? 0
    return counted < periodAt || isAhead(counted, now)
  })
  if (due.length === 0) return
  const probes = await readProbes()
  const incidents = await status.incidents(now - 7 * dayMs, 200)
  const overrides = await status.overrides(now)
  for (const component of due) {
    const known = before.get(component.id)
    const next = nextMeasured(known, component.id, readingOf(component, probes, now), periodAt)
    const override = overrides.find((each) => each.component === component.id)?.state
    await status.noteMeasured(next, minuteOf(next, override ?? toldOf(component, incidents, now), now))
  }
  await status.forgetMeasured(dayOf(now - shownDays * dayMs))
}

/** A failed path makes a component bad; one that is not known makes the rest no comfort. */
function readingOf(
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
  const gap = measured.unknownSince === null ? 0 : measured.periodAt + periodMs - measured.unknownSince
  if (unknownSince(measured, now) !== null || gap >= silentPeriods * periodMs) return 'unknown'
  if (measured.suspectedSince !== null) return minuteKinds[measured.level]
  return measured.unknownSince === null ? 'good' : 'unknown'
}

import { goodFor, greenPeriods, lengthOf, type Measured, type Override, unknownSince } from './measured.ts'
import { isFelt, type StatusState, stateIn, worst } from './status-state.ts'
import type { ComponentState, StatusComponent, StatusIncident } from './status-store.ts'

/** How a component stands, and whose word that is. */
export interface Standing {
  /** Null: not known. */
  readonly state: ComponentState | null
  /**
   * told: by people, with an incident, planned work or against the measurement; suspected: by measurement, and nobody
   * has confirmed it; measured: it is measured and well; unmeasured: nothing is told of it, and nothing measured.
   */
  readonly basis: 'told' | 'suspected' | 'measured' | 'unmeasured'
  /** Since when, where that is known. */
  readonly since: number | null
  /** Of a suspicion: since when nothing more was measured of it; absent: it is still measured. */
  readonly unmeasuredSince?: number
  /** Of a suspicion, as far as it is measured: which mail it hits, and the share of it (0 to 1). */
  readonly direction?: 'inbound' | 'outbound'
  readonly share?: number
}

type Told = Pick<StatusState, 'components' | 'incidents' | 'measured' | 'overrides'>

/** How a component stands with its parts: the worst of them, and what is not known of one is not known of the whole. */
export function standingOf(component: StatusComponent, state: Told, now: number): Standing {
  const parts = state.components.filter((each) => each.parent === component.id)
  const own = ownStanding(component, state, now)
  if (parts.length === 0) return own
  const all = parts.map((each) => ownStanding(each, state, now))
  // What is neither told nor measured of the whole by itself says nothing beside its parts.
  return worstOf(own.basis === 'unmeasured' ? all : [own, ...all])
}

function ownStanding({ id }: StatusComponent, state: Told, now: number): Standing {
  const override = state.overrides?.find((each) => each.component === id && each.until > now)
  if (override) return { state: override.state, basis: 'told', since: override.at }
  const measured = state.measured?.find((each) => each.component === id)
  const told = toldOf(id, state.incidents, measured, now)
  if (told) return told
  if (!measured) return { state: null, basis: 'unmeasured', since: null }
  const unknown = unknownSince(measured, now)
  // Silence ends no fault: what measures it may have gone down with it.
  if (measured.suspectedSince !== null)
    return {
      ...{ state: measured.level, basis: 'suspected', since: measured.suspectedSince },
      ...(unknown !== null && { unmeasuredSince: unknown }),
      ...(measured.direction && { direction: measured.direction }),
      ...(typeof measured.share === 'number' && { share: measured.share }),
    }
  if (unknown !== null) return { state: null, basis: 'unmeasured', since: unknown }
  return { state: 'operational', basis: 'measured', since: measured.goodSince }
}

/** What people say of it; null: nothing, or it is green by measurement since. */
function toldOf(
  id: string,
  incidents: readonly StatusIncident[],
  measured: Measured | undefined,
  now: number,
): Standing | null {
  const told = incidents
    .filter((each) => isFelt(each, now) && stateIn(each, id) !== 'operational')
    .filter((each) => each.kind === 'maintenance' || !isGreenSince(each, measured, now))
  if (told.length === 0) return null
  return {
    state: worst(told.map((each) => stateIn(each, id))),
    basis: 'told',
    since: Math.min(...told.map((each) => each.startedAt)),
  }
}

/** The measurement has seen the fault, and has seen it end: a component is green before its incident is closed. */
function isGreenSince(incident: StatusIncident, measured: Measured | undefined, now: number): boolean {
  if (!measured || measured.lastBadAt === null || measured.suspectedSince !== null) return false
  return (
    measured.lastBadAt >= incident.startedAt && goodFor(measured, now) >= greenPeriods * lengthOf(measured)
  )
}

function worstOf(standings: readonly Standing[]): Standing {
  const felt = standings.filter((each) => each.state !== null && each.state !== 'operational')
  if (felt.length > 0) {
    const state = worst(felt.map((each) => each.state ?? 'operational'))
    return felt.find((each) => each.state === state) as Standing
  }
  return (
    standings.find((each) => each.state === null) ??
    standings[0] ?? { state: null, basis: 'unmeasured', since: null }
  )
}

/** Why an incident may not be closed yet, in words; null: it may. What is not measured holds up nothing. */
export function whyNotClosable(
  incident: Pick<StatusIncident, 'components'>,
  measured: readonly Measured[],
  overrides: readonly Override[],
  { closeAfterMs, now }: { closeAfterMs: number; now: number },
): string | null {
  for (const { id } of incident.components) {
    const found = measured.find((each) => each.component === id)
    if (!found || found.lastBadAt === null) continue
    if (overrides.some((each) => each.component === id && each.until > now)) continue
    const good = goodFor(found, now)
    if (good === 0 && unknownSince(found, now) !== null) continue
    if (good < closeAfterMs)
      return `${id} is measured as good for ${Math.floor(good / 60_000)} minutes; an incident is closed after ${closeAfterMs / 60_000}. Say monitoring until then, or override what is measured`
  }
  return null
}

import { type Measured, newestOf, type Override } from './measured.ts'
import type { MeasuredDay } from './measured-store.ts'
import {
  type ComponentState,
  componentStates,
  publicComponents,
  publicIncidents,
  type StatusComponent,
  type StatusIncident,
  type StatusIncidentState,
  type StatusStore,
} from './status-store.ts'

/** Everything that a status page is made of, as the platform last told it. */
export interface StatusState {
  readonly publishedAt: number
  /** When what is told to programs changed last; absent: not known. */
  readonly changedAt?: number
  readonly page: {
    readonly name: string
    readonly url: string
    /** Where people subscribe; none: nobody can. */
    readonly subscribe?: string
  }
  readonly components: readonly StatusComponent[]
  /** Newest first. */
  readonly incidents: readonly StatusIncident[]
  /** By component; an older platform published none of these three. */
  readonly measured?: readonly Measured[]
  /** Days of the last 90, oldest first. */
  readonly days?: readonly MeasuredDay[]
  readonly overrides?: readonly Override[]
  /** Faults of providers that the operator has named, newest first. */
  readonly upstream?: readonly ToldUpstream[]
  /** Months that have ended, as they were published, newest first. */
  readonly months?: readonly ToldMonth[]
}

/** A month as it was published when it had ended, and what was corrected since. */
export interface ToldMonth {
  /** `2027-06`. */
  readonly month: string
  readonly frozenAt: number
  readonly published: MonthFigures
  /** Null: nothing was corrected. */
  readonly corrected: MonthFigures | null
  /** Oldest first. */
  readonly corrections: readonly { readonly at: number; readonly what: string; readonly why: string }[]
}

export interface MonthFigures {
  readonly sums: readonly {
    readonly kind: 'outage' | 'degraded' | 'notice' | 'third-party' | 'unrated' | 'maintenance'
    readonly incidents: number
    readonly minutes: number
    /** As downtime: major outages 1, partial ones 0.5. */
    readonly weightedMinutes: number
  }[]
  /** Median from a beginning to the first post; null: of none. */
  readonly medianMinutesToNotice: number | null
}

/** A fault of a provider by our own deliveries, with what the provider says of the same time. */
export interface ToldUpstream {
  /** The incident of ours. */
  readonly id: string
  readonly provider: string
  readonly startedAt: number
  /** Null: it lasts. */
  readonly endedAt: number | null
  readonly theirs: readonly {
    readonly name: string
    readonly startedAt: number
    readonly endedAt: number | null
  }[]
  /** Since when nothing is known from the provider itself; null: it answers. */
  readonly silentSince: number | null
}

/** What the page tells beside its own incidents. */
export type Beside = Pick<StatusState, 'upstream' | 'months'> & {
  /** What was measured and is not in the store, which takes nothing for a while. */
  readonly unsaved?: readonly Measured[]
}

/** Reads it; faults of others that ended after a moment included. */
export type ReadBeside = (endedSince: number, now: number) => Promise<Beside>

export const dayMs = 86_400_000
/** Days that the page looks back. */
export const shownDays = 90

/**
 * What the page tells of now: open incidents, and those of the last 90 days.
 * @param isOfHouse whoever looks may know who wrote, why something was said, and what fails
 * @param unsaved what was measured and is not in the store
 */
export async function readState(
  status: StatusStore,
  page: StatusState['page'],
  at: number,
  isOfHouse = false,
  unsaved: readonly Measured[] = [],
): Promise<StatusState> {
  const incidents = await status.incidents(at - shownDays * dayMs, 200)
  const [components, saved, days, overrides] = await Promise.all([
    status.components(),
    status.measured(),
    status.measuredDays(dayOf(at - (shownDays - 1) * dayMs)),
    status.overrides(at),
  ])
  const measured = newestOf(saved, unsaved)
  if (isOfHouse) return { publishedAt: at, page, components, incidents, days, measured, overrides }
  const shown = publicComponents(components)
  const ids = new Set(shown.map((each) => each.id))
  const isShown = ({ component }: { readonly component: string }) => ids.has(component)
  return {
    ...{ publishedAt: at, page, components: shown, days: days.filter(isShown) },
    // Who wrote is nobody's business out there.
    incidents: publicIncidents(incidents, components).map((each) => ({
      ...each,
      updates: each.updates.map((one) => ({ ...one, who: '' })),
    })),
    measured: measured.filter(isShown).map((each) => ({ ...each, words: '' })),
    overrides: overrides.filter(isShown).map((each) => ({ ...each, who: '', why: '' })),
  }
}

/** `2027-06-09`, of UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Planned work begins and ends by itself, unless somebody has said otherwise. */
export function phaseOf({ state, from, until }: StatusIncident, now: number): StatusIncidentState {
  if (state === 'scheduled' && until !== null && now >= until) return 'completed'
  if (state === 'scheduled' && from !== null && now >= from) return 'in_progress'
  return state
}

/** When it was over; null: it is not. */
export function endOf(incident: StatusIncident, now: number): number | null {
  return incident.resolvedAt ?? (phaseOf(incident, now) === 'completed' ? incident.until : null)
}

/** When something was told of it last, or its postmortem was published anew. */
export function lastWordOf({ updates, createdAt, postmortem }: StatusIncident): number {
  return Math.max(updates.at(-1)?.at ?? createdAt, postmortem?.updatedAt ?? 0)
}

/** How much longer than planned work takes that somebody has said is still on (ms); 0: it does not. */
export function overrunOf(incident: StatusIncident, now: number): number {
  const isOn = ['in_progress', 'verifying'].includes(phaseOf(incident, now))
  return incident.kind === 'maintenance' && isOn ? Math.max(0, now - (incident.until ?? now)) : 0
}

export function isOpen(incident: StatusIncident, now: number): boolean {
  return endOf(incident, now) === null
}

/** Planned work that has begun, or an incident that is not over. */
export function isFelt(incident: StatusIncident, now: number): boolean {
  return isOpen(incident, now) && phaseOf(incident, now) !== 'scheduled'
}

/** How a component does now: the worst that an open incident says of it. */
export function stateOf(id: string, incidents: readonly StatusIncident[], now: number): ComponentState {
  return worst(incidents.filter((each) => isFelt(each, now)).map((each) => stateIn(each, id)))
}

/** How a component did on a day. */
export interface ShownDay {
  /** `2027-06-09`. */
  readonly day: string
  /** Null: nobody has measured it, or told of it. */
  readonly state: ComponentState | null
  /** Minutes of it; none: nothing was measured. */
  readonly minutes?: Omit<MeasuredDay, 'component' | 'day'>
}

/** How a component did on each of the last days, oldest first. Faults of others are told of, and are no fault here. */
export function daysOf(
  id: string,
  incidents: readonly StatusIncident[],
  now: number,
  measured: readonly MeasuredDay[] = [],
): ShownDay[] {
  const today = Math.floor(now / dayMs) * dayMs
  const own = new Map(measured.filter((each) => each.component === id).map((each) => [each.day, each]))
  return Array.from({ length: shownDays }, (_each, n) => {
    const start = today - (shownDays - 1 - n) * dayMs
    const day = dayOf(start)
    const felt = incidents.filter(
      (each) =>
        !each.isUpstream &&
        // It never began, though its time comes.
        each.state !== 'cancelled' &&
        each.startedAt < Math.min(start + dayMs, now) &&
        (endOf(each, now) ?? now) > start,
    )
    const states = felt.map((each) => stateIn(each, id)).filter((each) => each !== 'operational')
    const found = own.get(day)
    if (!found) return { day, state: states.length === 0 ? null : worst(states) }
    const { good, degraded, partial, major, unknown } = found
    return {
      day,
      state: worstWith(states, found),
      minutes: { good, degraded, partial, major, unknown },
    }
  })
}

function worstWith(
  states: readonly ComponentState[],
  { good, degraded, partial, major }: MeasuredDay,
): ComponentState | null {
  const all: ComponentState[] = [...states]
  if (good > 0) all.push('operational')
  if (degraded > 0) all.push('degraded_performance')
  if (partial > 0) all.push('partial_outage')
  if (major > 0) all.push('major_outage')
  return all.length === 0 ? null : worst(all)
}

/** What an incident does to a component. */
export function stateIn(incident: StatusIncident, id: string): ComponentState {
  return incident.components.find((each) => each.id === id)?.state ?? 'operational'
}

/** The worst of some states. */
export function worst(states: readonly ComponentState[]): ComponentState {
  return componentStates[Math.max(0, ...states.map((each) => componentStates.indexOf(each)))] ?? 'operational'
}

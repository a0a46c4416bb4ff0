import {
  type ComponentState,
  componentStates,
  type StatusComponent,
  type StatusIncident,
  type StatusIncidentState,
  type StatusStore,
} from './status-store.ts'

/** Everything that a status page is made of, as the platform last told it. */
export interface StatusState {
  readonly publishedAt: number
  readonly page: { readonly name: string; readonly url: string }
  readonly components: readonly StatusComponent[]
  /** Newest first. */
  readonly incidents: readonly StatusIncident[]
}

export const dayMs = 86_400_000
/** Days that the page looks back. */
export const shownDays = 90

/** What the page tells of now: open incidents, and those of the last 90 days. */
export async function readState(
  status: StatusStore,
  page: StatusState['page'],
  at: number,
): Promise<StatusState> {
  const incidents = await status.incidents(at - shownDays * dayMs, 200)
  // Who wrote is nobody's business out there.
  const told = incidents.map((each) => ({
    ...each,
    updates: each.updates.map((one) => ({ ...one, who: '' })),
  }))
  return { publishedAt: at, page, components: await status.components(), incidents: told }
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

export function isOpen(incident: StatusIncident, now: number): boolean {
  return endOf(incident, now) === null
}

/** Planned work that has begun, or an incident that is not over. */
function isFelt(incident: StatusIncident, now: number): boolean {
  return isOpen(incident, now) && phaseOf(incident, now) !== 'scheduled'
}

/** How a component does now: the worst that an open incident says of it. */
export function stateOf(id: string, incidents: readonly StatusIncident[], now: number): ComponentState {
  return worst(incidents.filter((each) => isFelt(each, now)).map((each) => stateIn(each, id)))
}

/** How a component did on each of the last days, oldest first; null: nobody has measured it, or told of it. */
export function daysOf(
  id: string,
  incidents: readonly StatusIncident[],
  now: number,
): { readonly day: string; readonly state: ComponentState | null }[] {
  const today = Math.floor(now / dayMs) * dayMs
  return Array.from({ length: shownDays }, (_each, n) => {
    const start = today - (shownDays - 1 - n) * dayMs
    const felt = incidents.filter(
      (each) => each.startedAt < Math.min(start + dayMs, now) && (endOf(each, now) ?? now) > start,
    )
    const states = felt.map((each) => stateIn(each, id)).filter((each) => each !== 'operational')
    return {
      day: new Date(start).toISOString().slice(0, 10),
      state: states.length === 0 ? null : worst(states),
    }
  })
}

function stateIn(incident: StatusIncident, id: string): ComponentState {
  return incident.components.find((each) => each.id === id)?.state ?? 'operational'
}

function worst(states: readonly ComponentState[]): ComponentState {
  return componentStates[Math.max(0, ...states.map((each) => componentStates.indexOf(each)))] ?? 'operational'
}

/** The whole in one word, as clients of status pages know it. */
export function indicatorOf({ incidents, components }: StatusState, now: number) {
  const open = incidents.filter((each) => isFelt(each, now))
  const states = components.map((each) => stateOf(each.id, incidents, now))
  const has = (impact: string, state: ComponentState) =>
    open.some((each) => each.impact === impact) || states.includes(state)
  if (has('critical', 'major_outage')) return { indicator: 'critical', description: 'Major outage' } as const
  if (has('major', 'partial_outage')) return { indicator: 'major', description: 'Partial outage' } as const
  if (has('minor', 'degraded_performance'))
    return { indicator: 'minor', description: 'Degraded performance' } as const
  if (open.some((each) => each.kind === 'maintenance'))
    return { indicator: 'maintenance', description: 'Under maintenance' } as const
  return { indicator: 'none', description: 'All systems operational' } as const
}

import { standingOf } from './standing.ts'
import { isFelt, type StatusState } from './status-state.ts'
import type { ComponentState, StatusIncident } from './status-store.ts'

/** What the whole is called where everything that something measures is measured, and well. */
export const allWell = 'All systems operational'

/** The whole in one word, as clients of status pages know it. */
export function indicatorOf(state: StatusState, now: number) {
  const { incidents, components } = state
  const open = incidents.filter((each) => isFelt(each, now) && !each.isUpstream)
  const standings = components.map((each) => standingOf(each, state, now))
  const states = standings.map((each) => each.state)
  // What nothing is set to measure is told by hand: it is bad once somebody, or an alarm, says so.
  const counted = components.filter((each) => (each.probes ?? []).length > 0)
  const isMeasured = counted.some((each) => state.measured?.some((one) => one.component === each.id))
  const has = (impact: string, found: ComponentState) =>
    open.some((each) => each.impact === impact && !isGreen(each, state, now)) || states.includes(found)
  if (has('critical', 'major_outage')) return { indicator: 'critical', description: 'Major outage' } as const
  if (has('major', 'partial_outage')) return { indicator: 'major', description: 'Partial outage' } as const
  if (has('minor', 'degraded_performance'))
    return { indicator: 'minor', description: 'Degraded performance' } as const
  if (open.some((each) => each.kind === 'maintenance'))
    return { indicator: 'maintenance', description: 'Under maintenance' } as const
  if (open.some((each) => isGreen(each, state, now)))
    return { indicator: 'none', description: 'Working again, and watched' } as const
  if (!isMeasured) return { indicator: 'none', description: 'No fault is known' } as const
  const unknown = counted.filter((each) => standingOf(each, state, now).state === null).length
  if (unknown > 0)
    return {
      indicator: 'none',
      description: `No fault is known, ${unknown} of ${counted.length} parts not measured`,
    } as const
  return { indicator: 'none', description: allWell } as const
}

/** All that an incident hits is green again by measurement, though nobody has closed it. */
function isGreen({ components }: StatusIncident, state: StatusState, now: number): boolean {
  const hit = state.components.filter((each) => components.some((one) => one.id === each.id))
  return hit.length > 0 && hit.every((each) => standingOf(each, state, now).state === 'operational')
}

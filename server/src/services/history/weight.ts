import type { ComponentState } from '#services/status/status-store.ts'
import type { HistoryIncident } from './incident.ts'
import { sumKindOf } from './sum-kinds.ts'

/** What a minute of each state counts as downtime. */
export const componentWeights: Readonly<Record<ComponentState, 0 | 0.5 | 1>> = {
  operational: 0,
  under_maintenance: 0,
  degraded_performance: 0,
  partial_outage: 0.5,
  major_outage: 1,
}

/** How downtime is weighed, told with the figures. */
export const weightWords =
  'Weighted downtime: minutes of own outages, each by the worst that it did to a component: major outage 1, partial outage 0.5, degraded 0. An outage of which nobody says what it did counts 1. Notices, faults of others and planned work count nothing.'

/** What a minute of an incident counts as downtime, 0 to 1. */
export function weightOf(incident: HistoryIncident): number {
  return sumKindOf(incident) === 'outage' ? (incident.weight ?? 1) : 0
}

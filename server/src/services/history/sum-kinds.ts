import type { HistoryIncident } from './incident.ts'

/** What an incident is summed as; each is summed as one thing only. */
export const sumKinds = ['outage', 'degraded', 'notice', 'third-party', 'unrated', 'maintenance'] as const
export type SumKind = (typeof sumKinds)[number]

/** What each kind of sum means, told with the figures. */
export const sumWords: Readonly<Record<SumKind, string>> = {
  outage: 'own faults that a source calls major or critical; only these are downtime',
  degraded: 'own faults that a source calls minor',
  notice: 'own faults that a source calls a notice',
  'third-party': 'faults of receivers and providers, whatever a source calls them',
  unrated: 'own faults that no source rates',
  maintenance: 'planned work',
}

/** What an incident is summed as. */
export function sumKindOf({ kind, isThirdParty, severity }: HistoryIncident): SumKind {
  if (kind === 'maintenance') return 'maintenance'
  if (isThirdParty) return 'third-party'
  if (severity === null) return 'unrated'
  if (severity === 'notice') return 'notice'
  return severity === 'minor' ? 'degraded' : 'outage'
}

import { type Incident, lastedMs } from './incident.ts'
import { type IncidentOrder, takeStep } from './incident-order.ts'

/**
 * Opens an incident again since its fault is measured once more, from `since` on (ms). It is suspected until a person
 * looks: the public is told nothing yet beyond its component, and the good time in between is not part of its length.
 * @throws OrderError changed where somebody was faster
 */
export function reopenIncident(
  order: IncidentOrder,
  incident: Incident,
  { since, text }: { readonly since: number; readonly text: string },
): Promise<Incident> {
  const { state, resolvedAt } = incident
  return takeStep(order, incident, {
    what: 'incident-bad-again',
    now: {
      ...{ state: 'suspected', resolvedAt: null, quietSince: null },
      badBeforeMs: lastedMs(incident) ?? 0,
      againAt: Math.min(order.at, Math.max(since, resolvedAt ?? since)),
    },
    log: { kind: 'reopened', text },
    before: { state, resolvedAt },
    after: { state: 'suspected' },
  })
}

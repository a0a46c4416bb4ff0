import type { AlarmLine, IncidentLine, StatusComponent } from '@mailkeep/contract'

type Severity = AlarmLine['severity']

/** What the list of needs is made of. */
export interface Given {
  readonly incidents: readonly IncidentLine[]
  /** Open ones and others. */
  readonly alarms: readonly AlarmLine[]
  readonly components: readonly StatusComponent[]
}

interface Ranked {
  readonly key: string
  readonly severity: Severity
  /** When the oldest of it began. */
  readonly since: string
}

/** One thing that needs somebody. Alarms of an incident, and what is suspected by one, are a part of it. */
export type Need = Ranked &
  (
    | { readonly kind: 'incident'; readonly incident: IncidentLine; readonly alarms: readonly AlarmLine[] }
    | { readonly kind: 'alarms'; readonly name: string; readonly alarms: readonly AlarmLine[] }
    | { readonly kind: 'suspected'; readonly component: StatusComponent }
  )

const order: readonly Severity[] = ['critical', 'error', 'warning']
const ofImpact: Readonly<Record<IncidentLine['impact'], Severity>> = {
  critical: 'critical',
  major: 'error',
  minor: 'warning',
  none: 'warning',
}

/** What needs somebody, the worst first, of these the oldest; alarms of the same kind are one thing. */
export function gatherNeeds({ incidents, alarms, components }: Given): Need[] {
  const open = alarms.filter((each) => each.clearedAt === null && each.withdrawn === null)
  const ids = new Set(incidents.map(({ id }) => id))
  const ownOf = Map.groupBy(open, ({ incident }) => (incident !== null && ids.has(incident) ? incident : ''))
  const known = new Set(incidents.flatMap((each) => each.components.map(({ id }) => id)))
  const kinds = Map.groupBy(ownOf.get('') ?? [], ({ name }) => name)
  return [
    ...incidents.map((incident) => incidentNeed(incident, ownOf.get(incident.id) ?? [])),
    ...[...kinds].map(([name, own]) => ({
      kind: 'alarms' as const,
      name,
      ...rankOf(name, own),
      alarms: own,
    })),
    ...components
      .filter(({ id, isSuspected }) => isSuspected && !known.has(id))
      .map((component) => ({
        ...{ kind: 'suspected' as const, key: component.id, severity: 'error' as const, component },
        since: component.since ?? '',
      })),
  ].sort(byNeed)
}

/** An incident is as bad as its impact, or as the worst of its alarms. */
function incidentNeed(incident: IncidentLine, alarms: readonly AlarmLine[]): Need {
  const { id, impact, startedAt } = incident
  const severity = worst([ofImpact[impact], ...alarms.map((each) => each.severity)])
  return { kind: 'incident', key: id, severity, since: startedAt, incident, alarms }
}

function rankOf(key: string, alarms: readonly AlarmLine[]): Ranked {
  const since = alarms.map((each) => each.since).toSorted()[0] ?? ''
  return { key, severity: worst(alarms.map((each) => each.severity)), since }
}

function worst(severities: readonly Severity[]): Severity {
  return order.find((each) => severities.includes(each)) ?? 'warning'
}

function byNeed(a: Ranked, b: Ranked): number {
  return order.indexOf(a.severity) - order.indexOf(b.severity) || Date.parse(a.since) - Date.parse(b.since)
}

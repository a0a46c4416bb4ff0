import { type Incident, lastedMs } from '#services/incidents/incident.ts'
import type { IncidentStore } from '#services/incidents/incident-store.ts'
import { endOf, phaseOf } from '#services/status/status-state.ts'
import {
  type ComponentState,
  publicComponents,
  publicIncidents,
  type StatusIncident,
  type StatusStore,
} from '#services/status/status-store.ts'
import type { Severity } from './history-entry.ts'
import type { HistoryIncident } from './incident.ts'
import { componentWeights } from './weight.ts'

export interface OwnParts {
  readonly status: Pick<StatusStore, 'incidents' | 'components'>
  readonly incidents: Pick<IncidentStore, 'list'>
}

const most = 10_000
const minuteMs = 60_000

/**
 * What the public was told of our own faults and planned work, in the form in which faults of others are kept, so that
 * the same code sums both; oldest first. Planned work counts once it has begun.
 */
export async function ownIncidents({ status, incidents }: OwnParts, now: number): Promise<HistoryIncident[]> {
  const [faces, inner, components] = await Promise.all([
    status.incidents(0, most),
    incidents.list({ isPublic: true }, most),
    status.components(),
  ])
  const names = new Map(publicComponents(components).map((each) => [each.id, each.name]))
  const byId = new Map(inner.map((each) => [each.id, each]))
  return publicIncidents(faces, components)
    .filter((each) => !['scheduled', 'cancelled'].includes(phaseOf(each, now)))
    .map((each) => toHistory(each, byId.get(each.id) ?? null, names, now))
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || (a.id < b.id ? -1 : 1))
}

const severities: Readonly<Record<StatusIncident['impact'], Severity>> = {
  ...{ none: 'notice', minor: 'minor', major: 'major', critical: 'critical' },
}

function toHistory(
  face: StatusIncident,
  inner: Incident | null,
  names: ReadonlyMap<string, string>,
  now: number,
): HistoryIncident {
  const { id, kind, name, impact, isUpstream, components, updates } = face
  const isPlanned = kind === 'maintenance'
  const startedAt = inner?.startedAt ?? face.startedAt
  const endedAt = inner?.resolvedAt ?? endOf(face, now)
  const lasted = endedAt === null ? null : badMs(startedAt, endedAt, inner)
  const firstPostAt = updates[0]?.at ?? face.createdAt
  const day = new Date(startedAt).toISOString().slice(0, 10)
  const isReportedAfterwards = !isPlanned && endedAt !== null && endedAt <= firstPostAt
  const isMeasured = inner?.startFrom === 'telemetry'
  const weight = weightOfComponents(components.map((each) => each.state))
  return {
    ...{ id, title: name, kind, severity: severities[impact], date: day, startedAt, endedAt, firstPostAt },
    components: components.flatMap((each) => names.get(each.id) ?? []),
    componentsBasis: components.length > 0 ? 'stated' : 'none',
    direction: inner?.direction ?? null,
    cause: isPlanned ? 'planned' : isUpstream ? 'upstream' : (inner?.cause?.name ?? 'unknown'),
    causeBasis: inner?.cause ? 'stated' : 'none',
    isThirdParty: isUpstream,
    dateBasis: isMeasured ? 'measured' : 'told',
    window: [day, day],
    startBasis: isMeasured ? 'measured' : 'told',
    isReportedAfterwards,
    minutesToNotice: isPlanned ? null : minutesBetween(startedAt, firstPostAt),
    minutesFromEndToNotice: isReportedAfterwards ? minutesBetween(endedAt, firstPostAt) : null,
    durationMinutes: lasted === null ? null : minutesBetween(0, lasted),
    durationBasis: endedAt === null ? 'none' : 'moments',
    ...(weight !== null && { weight }),
    posts: updates.map(({ state, at, text }) => ({ state, at, text })),
    ...{ conflicts: [], sources: [], mergedBecause: [], provenance: {} },
  }
}

/** How long it was bad. Where it is open again and nobody has confirmed that, until its told end. */
function badMs(startedAt: number, endedAt: number, inner: Incident | null): number {
  if (inner === null) return endedAt - startedAt
  return lastedMs(inner) ?? inner.badBeforeMs ?? endedAt - startedAt
}

/** The worst of what it did to components; null: it names none. */
function weightOfComponents(states: readonly ComponentState[]): number | null {
  return states.length === 0 ? null : Math.max(...states.map((each) => componentWeights[each]))
}

function minutesBetween(from: number, until: number): number {
  return Math.max(0, Math.round((until - from) / minuteMs))
}

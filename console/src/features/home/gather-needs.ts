import type { AlarmLine, AlarmList, IncidentLine, Overview, StatusComponent } from '@mailkeep/contract'

type Severity = AlarmLine['severity']
type Kind = AlarmList['open']['kinds'][number]

/** What the list of needs is made of. */
export interface Given {
  readonly incidents: readonly IncidentLine[]
  /** Open ones and others, the worst first; of many not all. */
  readonly alarms: readonly AlarmLine[]
  /** All that are open. */
  readonly kinds: readonly Kind[]
  readonly components: readonly StatusComponent[]
}

interface Ranked {
  readonly key: string
  readonly severity: Severity
  /** When the oldest of it began. */
  readonly since: string
}

/** How many alarms it has, and those of them that are known one by one. */
interface Told {
  readonly count: number
  readonly alarms: readonly AlarmLine[]
}

/** One thing that needs somebody. Alarms of an incident, and what is suspected by one, are a part of it. */
export type Need = Ranked &
  (
    | ({ readonly kind: 'incident'; readonly incident: IncidentLine } & Told)
    | ({ readonly kind: 'alarms'; readonly name: string } & Told)
    | { readonly kind: 'suspected'; readonly component: StatusComponent }
  )

/** People or mail that wait for somebody: no fault, so they stand below what is wrong, and never behind `and more`. */
export interface Wait {
  readonly what: 'requests' | 'reports' | 'held'
  readonly count: number
  /** Since when the oldest waits; null: that is not known. */
  readonly since: string | null
}

/** Who waits: people first, of these who has waited longest; parts that are missing are left out. */
export function gatherWaits({ asked, books }: Pick<Overview, 'asked' | 'books'>): Wait[] {
  const { requests, reports } = asked.value ?? {}
  const people = [
    { what: 'requests' as const, count: requests?.count ?? 0, since: requests?.oldestAt ?? null },
    { what: 'reports' as const, count: reports?.count ?? 0, since: reports?.oldestAt ?? null },
  ].sort((a, b) => (a.since ?? '').localeCompare(b.since ?? ''))
  const held = { what: 'held' as const, count: books.value?.totals.held ?? 0, since: null }
  return [...people, held].filter(({ count }) => count > 0)
}

const order: readonly Severity[] = ['critical', 'error', 'warning']
const ofImpact: Readonly<Record<IncidentLine['impact'], Severity>> = {
  critical: 'critical',
  major: 'error',
  minor: 'warning',
  none: 'warning',
}

/** What needs somebody, the worst first, of these the oldest; alarms of the same kind are one thing. */
export function gatherNeeds({ incidents, alarms, kinds, components }: Given): Need[] {
  const open = alarms.filter((each) => each.clearedAt === null && each.withdrawn === null)
  const ids = new Set(incidents.map(({ id }) => id))
  const owner = ({ incident }: Pick<Kind, 'incident'>) =>
    incident !== null && ids.has(incident) ? incident : ''
  const linesOf = Map.groupBy(open, owner)
  const kindsOf = Map.groupBy(kinds, owner)
  const others = Map.groupBy(kindsOf.get('') ?? [], ({ name }) => name)
  const known = new Set(incidents.flatMap((each) => each.components.map(({ id }) => id)))
  return [
    ...incidents.map((incident) => ({
      ...incidentNeed(incident, kindsOf.get(incident.id) ?? []),
      alarms: linesOf.get(incident.id) ?? [],
    })),
    ...[...others].map(([name, own]) => ({
      ...{ kind: 'alarms' as const, name, ...rankOf(name, own), count: countIn(own) },
      alarms: (linesOf.get('') ?? []).filter((each) => each.name === name),
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
function incidentNeed(incident: IncidentLine, kinds: readonly Kind[]) {
  const { id, impact, startedAt } = incident
  const severity = worst([ofImpact[impact], ...kinds.map((each) => each.severity)])
  const count = countIn(kinds)
  return { kind: 'incident' as const, key: id, severity, since: startedAt, incident, count }
}

function rankOf(key: string, kinds: readonly Kind[]): Ranked {
  const since = kinds.map((each) => each.since).toSorted()[0] ?? ''
  return { key, severity: worst(kinds.map((each) => each.severity)), since }
}

function countIn(kinds: readonly Kind[]): number {
  return kinds.reduce((sum, { count }) => sum + count, 0)
}

/** Kinds of alarms where no more than these are open. */
export function kindsIn(alarms: readonly Omit<Kind, 'count'>[]): Kind[] {
  return alarms.map(({ name, incident, severity, since }) => ({ name, incident, severity, since, count: 1 }))
}

function worst(severities: readonly Severity[]): Severity {
  return order.find((each) => severities.includes(each)) ?? 'warning'
}

function byNeed(a: Ranked, b: Ranked): number {
  return order.indexOf(a.severity) - order.indexOf(b.severity) || beganAt(a) - beganAt(b)
}

/** What began nobody knows when comes last. */
function beganAt({ since }: Ranked): number {
  return since === '' ? Number.MAX_SAFE_INTEGER : Date.parse(since)
}

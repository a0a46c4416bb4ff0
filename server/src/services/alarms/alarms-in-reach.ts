import { kindOf, type Severity, severities } from '#ground/platform/alarm-kinds.ts'
import { isOfHouse, mayReach, type Principal } from '#services/access/principal.ts'
import type { Domain } from '#services/directory/directory-store.ts'
import { domainOf, tenantOf } from './alarm-scopes.ts'
import type { AlarmState } from './alarm-store.ts'

/** An alarm with the tenant that it is about; null: the house. */
export interface AlarmInReach {
  readonly state: AlarmState
  readonly tenant: string | null
}

/**
 * Alarms that somebody may see: those of domains and tenants in his reach, and those of the house where he reaches all of it. Open
 * ones first, the worst of them before others, of these the oldest; then those that are over, as they were given.
 */
export function alarmsInReach(
  states: readonly AlarmState[],
  domains: readonly Domain[],
  principal: Principal,
): AlarmInReach[] {
  const tenants = new Map(domains.map((each) => [each.name, each.tenant]))
  const seesHouse = isOfHouse(principal)
  return states
    .flatMap((state) => {
      const domain = domainOf(state)
      const tenant = (domain === null ? tenantOf(state) : tenants.get(domain)) ?? null
      return (tenant === null ? seesHouse : mayReach(principal, tenant, domain)) ? [{ state, tenant }] : []
    })
    .sort((a, b) => rankOf(a) - rankOf(b) || ageOf(a) - ageOf(b))
}

/** Open alarms of one name that speak of the same incident. */
export interface OpenKind {
  readonly name: string
  /** Null: of none that is open. */
  readonly incident: string | null
  readonly severity: Severity
  readonly count: number
  /** Of the oldest. */
  readonly since: number
}

/** How many are open: by severity, of those with an incident, and by kind. */
export function countOpen(
  found: readonly AlarmInReach[],
  incidentOf: (state: AlarmState) => string | null,
): Readonly<Record<Severity, number>> & { readonly ofIncidents: number; readonly kinds: OpenKind[] } {
  const open = found.flatMap(({ state }) =>
    needsSomebody(state) ? [{ ...state, incident: incidentOf(state) }] : [],
  )
  const count = (severity: Severity) => open.filter((each) => severityOf(each) === severity).length
  const kinds = Map.groupBy(open, ({ name, incident }) => JSON.stringify([name, incident]))
  return {
    ...{ critical: count('critical'), error: count('error'), warning: count('warning') },
    ofIncidents: open.filter(({ incident }) => incident !== null).length,
    kinds: [...kinds.values()].flatMap(([first, ...others]) => {
      if (!first) return []
      const since = others.reduce((oldest, each) => Math.min(oldest, each.since), first.since)
      const { name, incident } = first
      return [{ name, incident, severity: severityOf(first), count: 1 + others.length, since }]
    }),
  }
}

const severityOf = ({ name }: Pick<AlarmState, 'name'>): Severity => kindOf(name).severity
const ageOf = ({ state }: AlarmInReach): number => (needsSomebody(state) ? state.since : 0)
/** One that a person has called wrong may stand on: nobody has to look at it. */
const needsSomebody = ({ clearedAt, withdrawn }: AlarmState) => clearedAt === null && withdrawn === null

function rankOf({ state }: AlarmInReach): number {
  return needsSomebody(state) ? severities.indexOf(severityOf(state)) : severities.length
}

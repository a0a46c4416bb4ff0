import { kindOf, severities } from '#ground/platform/alarm-kinds.ts'
import { mayReach, type Principal } from '#services/access/principal.ts'
import type { Domain } from '#services/directory/directory-store.ts'
import { domainOf } from './alarm-scopes.ts'
import type { AlarmState } from './alarm-store.ts'

/** An alarm with the tenant that it is about; null: the house. */
export interface AlarmInReach {
  readonly state: AlarmState
  readonly tenant: string | null
}

/**
 * Alarms that somebody may see: those of domains in his reach, and those of the house where he reaches all of it. Open
 * ones first, the worst of them before others; else as they were given.
 */
export function alarmsInReach(
  states: readonly AlarmState[],
  domains: readonly Domain[],
  principal: Principal,
): AlarmInReach[] {
  const tenants = new Map(domains.map((each) => [each.name, each.tenant]))
  const seesHouse = principal.rights.has('site.read') && principal.tenants === null
  return states
    .flatMap((state) => {
      const domain = domainOf(state)
      const tenant = (domain !== null && tenants.get(domain)) || null
      return (tenant === null ? seesHouse : mayReach(principal, tenant, domain)) ? [{ state, tenant }] : []
    })
    .sort((a, b) => rankOf(a) - rankOf(b))
}

function rankOf({ state: { name, clearedAt } }: AlarmInReach): number {
  return clearedAt === null ? severities.indexOf(kindOf(name).severity) : severities.length
}

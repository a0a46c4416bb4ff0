import { kindOf } from '#ground/platform/alarm-kinds.ts'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import type { AlarmState, Subscription } from './alarm-store.ts'

/** The alarm that a place which is told of alarms takes nothing; those beside it hear of it whatever they asked for. */
export const targetFails = 'alarm-target-fails'

/** Whether a subscription asks for an alarm by its kind; of its own places that take nothing it hears in any case. */
export function isAskedFor(
  { id, names }: Pick<Subscription, 'id' | 'names'>,
  { name, subject }: Pick<AlarmState, 'name' | 'subject'>,
): boolean {
  return names.length === 0 || names.includes(name) || (name === targetFails && subject.startsWith(`${id} `))
}

/** The tenant that an alarm names; null: none. */
export function tenantOf({ name, subject }: Pick<AlarmState, 'name' | 'subject'>): string | null {
  return kindOf(name).mayNameTenant === true ? (/(?:^| )tenant:(\S+)/.exec(subject)?.[1] ?? null) : null
}

/** The domain that the subject of an alarm ends in; null: none. */
export function domainOf({ name, subject }: Pick<AlarmState, 'name' | 'subject'>): string | null {
  if (kindOf(name).isOfDomain !== true) return null
  return subject.slice(Math.max(subject.lastIndexOf('@'), subject.lastIndexOf(' ')) + 1).toLowerCase()
}

/** Which alarms are for which subscription: looked up, since there are many of both. */
export class AlarmScopes {
  readonly #house: string | null
  readonly #ofDomain: ReadonlyMap<string, readonly string[]>
  readonly #ofTenant: ReadonlyMap<string, readonly string[]>

  constructor(tenants: readonly Tenant[], domains: readonly Domain[]) {
    const operator = tenants.find((each) => each.level === 'operator')
    this.#house = operator ? `tenant:${operator.id}` : null
    const chains = chainsOf(tenants)
    this.#ofTenant = chains
    this.#ofDomain = new Map(
      domains.map((each) => [each.name, [`domain:${each.name}`, ...(chains.get(each.tenant) ?? [])]]),
    )
  }

  /** Alarms by the scope that hears of them: levels that a domain or tenant stands at, and the operator's, who hears of all. */
  sort(states: readonly AlarmState[]): (subscription: Subscription) => AlarmState[] {
    const sorted = new Map<string, AlarmState[]>()
    for (const state of states)
      for (const scope of this.#scopesOf(state)) {
        const list = sorted.get(scope)
        if (list) list.push(state)
        else sorted.set(scope, [state])
      }
    return (subscription) => {
      const { id, scope, tenant } = subscription
      const beside = sorted.get(`subscription:${id}`) ?? []
      const isTheirs = !scope.startsWith('domain:') || this.isBelow(scope.slice('domain:'.length), tenant)
      const own = isTheirs ? (sorted.get(scope) ?? []).filter((each) => !beside.includes(each)) : []
      return [...own.filter((each) => isAskedFor(subscription, each)), ...beside]
    }
  }

  /** A domain may have gone to another tenant since somebody asked to hear of it. */
  isBelow(domain: string, tenant: string): boolean {
    return this.#ofDomain.get(domain)?.includes(`tenant:${tenant}`) ?? false
  }

  #scopesOf(state: AlarmState): Set<string> {
    const { name, subject } = state
    const found = new Set<string>(this.#house === null ? [] : [this.#house])
    if (name === targetFails) found.add(`subscription:${subject.split(' ')[0]}`)
    const domain = domainOf(state)
    if (domain !== null) for (const each of this.#ofDomain.get(domain) ?? []) found.add(each)
    const tenant = tenantOf(state)
    if (tenant !== null) for (const each of this.#ofTenant.get(tenant) ?? []) found.add(each)
    return found
  }
}

function chainsOf(tenants: readonly Tenant[]): Map<string, readonly string[]> {
  const parents = new Map(tenants.map((each) => [each.id, each.parent]))
  const chains = new Map<string, readonly string[]>()
  const chainOf = (id: string, depth = 0): readonly string[] => {
    const known = chains.get(id)
    if (known || depth > 10) return known ?? []
    const parent = parents.get(id) ?? null
    const chain = [`tenant:${id}`, ...(parent === null ? [] : chainOf(parent, depth + 1))]
    chains.set(id, chain)
    return chain
  }
  for (const each of tenants) chainOf(each.id)
  return chains
}

import type { LevelKind, LevelLine } from '@mailkeep/contract'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import { mayReach, type Principal, reachesTenant, reachOfMail } from '#services/access/principal.ts'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PolicyOrder } from '#services/policy/policy-order.ts'
import type { LevelSelection } from '#services/policy/policy-store.ts'
import { domainOfLevel, readScope, type Scope } from '#services/policy/scope.ts'
import type { RetentionGuard } from '#services/retention/guard-retention.ts'
import type { ApiParts } from './api-parts.ts'
import { problems } from './api-problem.ts'

/** What all routes of policy share: levels in reach, and orders. */
export class PolicyDoor {
  readonly #parts: ApiParts

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  /** A level in reach. What is out of reach is as good as none, and is told in the same words. */
  async level(principal: Principal, text: string): Promise<Scope> {
    const nothing = () => problems.notFound(`There is no ${text} in your reach.`)
    const scope = await readScope(text, this.#parts.tenancy).catch((cause: unknown) => {
      throw cause instanceof OrderError && cause.code === 'not-found' ? nothing() : cause
    })
    if (!(await this.#reachesLevel(principal, scope.name, scope.tenant))) throw nothing()
    if (!scope.name.startsWith('user:')) return scope
    // The groups of a person stand between his domain and himself.
    const levels = this.#parts.policy.levelsOf(scope.name.slice('user:'.length))
    return levels.at(-1) === scope.name ? { ...scope, chain: levels } : scope
  }

  /**
   * Whether what was done at a level is in reach: whom it was done for, and whose the level is now. Of a level that is
   * gone, such as a removed domain, only whoever has the whole site is told.
   */
  async reaches(
    principal: Principal,
    { scope, tenant }: { readonly scope: string; readonly tenant: string },
  ): Promise<boolean> {
    if (principal.tenants === null && principal.domains === null) return true
    return reachesTenant(principal, tenant) && (await this.lines(principal, [scope])).length > 0
  }

  /** Every level in reach, as stores ask for them. */
  async all(principal: Principal): Promise<LevelSelection> {
    if (principal.tenants === null && principal.domains === null) return { scopes: null }
    const all = await this.#parts.tenancy.domains()
    const domains = all
      .filter(({ tenant, name }) => mayReach(principal, tenant, name))
      .map(({ name }) => name)
    const tenants = principal.domains === null ? [...(principal.tenants ?? [])] : []
    // A domain may have gone to another tenant since its people were named to him.
    const people = peopleOf(principal).filter((each) => {
      const tenant = tenantOf(each, all)
      return tenant !== null && reachesTenant(principal, tenant)
    })
    return {
      scopes: [...tenants.map((id) => `tenant:${id}`), ...domains.map((name) => `domain:${name}`), ...people],
      domains: [...domains, ...people],
    }
  }

  /** What verbs that write are given, for one request. */
  order(principal: Principal): PolicyOrder {
    const { policy, tenancy, clock } = this.#parts
    const { who, ip } = principal
    const ofPeople = peopleOf(principal).length > 0 || principal.domains?.size === 0
    // What one order asks about is of one moment: rules name dozens of groups.
    let domains: Promise<Domain[]> | undefined
    const reaches = async (level: string) => {
      domains ??= tenancy.domains()
      return this.#isReached(principal, level, await domains)
    }
    return {
      ...{ policy: policy.store, directory: tenancy, at: clock.now(), who, ip },
      ...(ofPeople && { reaches }),
    }
  }

  async #isReached(principal: Principal, level: string, domains: readonly Domain[]): Promise<boolean> {
    const tenant = tenantOf(level, domains)
    return tenant !== null && this.#reachesLevel(principal, level, tenant)
  }

  /** By its domain, or as a group or a person that is named to him, as these are now. */
  async #reachesLevel(principal: Principal, level: string, tenant: string): Promise<boolean> {
    if (mayReach(principal, tenant, domainOfLevel(level))) return true
    if (!isOfPeople(level) || peopleOf(principal).length === 0) return false
    const found = await this.#parts.directoryViews.peopleScope(level, reachOfMail(principal) ?? null)
    return found?.scope === level
  }

  /** What asks before mail is kept shorter. */
  get guard(): RetentionGuard {
    const { policy, config } = this.#parts
    return { policy: policy.store, config, countLeaving: (changes) => policy.countLeaving(changes) }
  }

  /** Names of levels for people; those out of reach are left out. */
  async lines(principal: Principal, names: readonly string[]): Promise<LevelLine[]> {
    const [tenants, domains] = await this.tree()
    const reached = await Promise.all(names.map((name) => this.#isReached(principal, name, domains)))
    return names
      .filter((_, n) => reached[n])
      .map((name) => ({ level: name, kind: kindOf(name, tenants), title: titleOf(name, tenants) }))
  }

  async tree(): Promise<readonly [Tenant[], Domain[]]> {
    const { tenancy } = this.#parts
    return [await tenancy.tenants(), await tenancy.domains()]
  }
}

/** Groups and people that somebody is limited to. */
export function peopleOf({ domains }: Pick<Principal, 'domains'>): string[] {
  return [...(domains ?? [])].filter(isOfPeople)
}

function tenantOf(level: string, domains: readonly Domain[]): string | null {
  const domain = domainOfLevel(level)
  if (domain === null) return level.slice('tenant:'.length)
  return domains.find(({ name }) => name === domain)?.tenant ?? null
}

export function kindOf(level: string, tenants: readonly Tenant[]): LevelKind {
  const kind = level.slice(0, level.indexOf(':'))
  if (kind !== 'tenant') return kind as LevelKind
  return tenants.find(({ id }) => level === `tenant:${id}`)?.level ?? 'customer'
}

export function titleOf(level: string, tenants: readonly Tenant[]): string {
  const id = level.slice(level.indexOf(':') + 1)
  if (!level.startsWith('tenant:')) return id
  return tenants.find((each) => each.id === id)?.name || id
}

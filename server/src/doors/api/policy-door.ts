import type { LevelKind, LevelLine } from '@mailkeep/contract'
import { mayReach, type Principal, reachesTenant } from '#services/access/principal.ts'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PolicyOrder } from '#services/policy/policy-order.ts'
import type { LevelSelection } from '#services/policy/policy-store.ts'
import { readScope, type Scope } from '#services/policy/scope.ts'
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
    if (!mayReach(principal, scope.tenant, domainOf(scope.name))) throw nothing()
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
    const domains = (await this.#parts.tenancy.domains())
      .filter(({ tenant, name }) => mayReach(principal, tenant, name))
      .map(({ name }) => name)
    const tenants = principal.domains === null ? [...(principal.tenants ?? [])] : []
    return {
      scopes: [...tenants.map((id) => `tenant:${id}`), ...domains.map((name) => `domain:${name}`)],
      domains,
    }
  }

  order({ who, ip }: Principal): PolicyOrder {
    const { policy, tenancy, clock } = this.#parts
    return { policy: policy.store, directory: tenancy, at: clock.now(), who, ip }
  }

  /** What asks before mail is kept shorter. */
  get guard(): RetentionGuard {
    const { policy, config } = this.#parts
    return { policy: policy.store, config, countLeaving: (changes) => policy.countLeaving(changes) }
  }

  /** Names of levels for people; those out of reach are left out. */
  async lines(principal: Principal, names: readonly string[]): Promise<LevelLine[]> {
    const [tenants, domains] = await this.tree()
    return names.flatMap((name) => {
      const tenant = tenantOf(name, domains)
      const isThere = tenant !== null && mayReach(principal, tenant, domainOf(name))
      return isThere ? [{ level: name, kind: kindOf(name, tenants), title: titleOf(name, tenants) }] : []
    })
  }

  async tree(): Promise<readonly [Tenant[], Domain[]]> {
    const { tenancy } = this.#parts
    return [await tenancy.tenants(), await tenancy.domains()]
  }
}

/** The domain that a level is, or belongs to; null: it is a tenant. */
function domainOf(level: string): string | null {
  const id = level.slice(level.indexOf(':') + 1)
  if (level.startsWith('domain:')) return id
  if (level.startsWith('group:')) return id.slice(0, id.indexOf('/'))
  return level.startsWith('user:') ? id.slice(id.lastIndexOf('@') + 1) : null
}

function tenantOf(level: string, domains: readonly Domain[]): string | null {
  const domain = domainOf(level)
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

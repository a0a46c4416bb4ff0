import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import type { PeopleScope } from '#services/directory/directory-views.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { ApiKey, Manager } from './access-store.ts'
import { rightsOverPeople } from './rights-over-people.ts'
import { type Right, rightsOfScopes, rightsWithin, roles } from './roles.ts'

/** Who asks, and what is in his reach. Everything that a door does for people is done for one of these. */
export interface Principal {
  /** As the audit log names him. */
  readonly who: string
  /** For people to read. */
  readonly name: string
  /** Address that he asks from. */
  readonly ip: string
  readonly rights: ReadonlySet<Right>
  /** The tenant that he stands at. */
  readonly tenant: string
  /** Tenants in reach; null: all, and the site itself. Never null where only some domains are. */
  readonly tenants: ReadonlySet<string> | null
  /** Domains in reach, or groups and people by name (see Reach); null: all of these tenants. */
  readonly domains: ReadonlySet<string> | null
}

export function principalOfManager(manager: Manager, tenants: readonly Tenant[], ip: string): Principal {
  const domains = manager.domains && new Set(manager.domains)
  const whole = reachOf(manager.tenant, tenants)
  const reach = domains === null ? whole : inBoth(whole, [manager.tenant, ...manager.ownersOfDomains])
  const given = roles[manager.role].rights
  return {
    who: `manager:${manager.id}`,
    name: manager.displayName || manager.id,
    ip,
    rights: new Set(
      rightsOverPeople(
        rightsWithin(given, { isHouse: reach === null, isWhole: domains === null }),
        isOfPeopleAlone({ domains }),
      ),
    ),
    tenant: manager.tenant,
    tenants: reach,
    domains,
  }
}

export function principalOfKey(key: ApiKey, tenants: readonly Tenant[], ip: string): Principal {
  const reach = reachOf(key.tenant, tenants)
  const given = rightsOfScopes(key.scopes)
  return {
    who: `key:${key.id}`,
    name: key.name,
    ip,
    rights: new Set(rightsWithin(given, { isHouse: reach === null, isWhole: true })),
    tenant: key.tenant,
    tenants: reach,
    domains: null,
  }
}

/** The tenant and everything below it; null where it is the operator. A tenant that is gone reaches nothing. */
export function reachOf(tenant: string, tenants: readonly Tenant[]): ReadonlySet<string> | null {
  const own = tenants.find((each) => each.id === tenant)
  if (!own) return new Set()
  if (own.level === 'operator') return null
  const reach = new Set([tenant])
  // A tree of three levels: each round takes in the next one.
  for (let before = 0; before < reach.size; ) {
    before = reach.size
    for (const each of tenants) if (each.parent !== null && reach.has(each.parent)) reach.add(each.id)
  }
  return reach
}

/**
 * Those of some tenants that are in a reach. Whoever has some domains alone reaches the tenants that these are of, beside
 * the one that he stands at: never the house itself, wherever that is, since whoever has it is asked for no domain.
 */
function inBoth(reach: ReadonlySet<string> | null, tenants: Iterable<string>): ReadonlySet<string> {
  return new Set([...tenants].filter((each) => reach === null || reach.has(each)))
}

/**
 * Somebody with no more in reach than one level of tenancy. Null: it is not in his reach, or there is none such.
 * @param scope `tenant:ID` or `domain:NAME`
 */
export function narrowTo(
  principal: Principal,
  scope: string,
  tree: { readonly tenants: readonly Tenant[]; readonly domains: readonly Domain[] },
): Principal | null {
  const [, kind, id = ''] = /^(tenant|domain):(.+)$/.exec(scope) ?? []
  if (kind === 'tenant') {
    if (!tree.tenants.some((each) => each.id === id)) return null
    if (principal.tenants !== null && !principal.tenants.has(id)) return null
    const reach = reachOf(id, tree.tenants)
    const tenants = principal.tenants === null ? reach : inBoth(reach, principal.tenants)
    return { ...principal, tenant: id, tenants }
  }
  const domain = tree.domains.find((each) => each.name === id.toLowerCase())
  if (!domain || !mayReach(principal, domain.tenant, domain.name)) return null
  return {
    ...principal,
    tenant: domain.tenant,
    tenants: new Set([domain.tenant]),
    domains: new Set([domain.name]),
  }
}

/** Whose mail he may see, as stores ask for it; undefined: all. */
export function reachOfMail({ tenants, domains }: Principal): Reach | undefined {
  return tenants === null ? undefined : { tenants: [...tenants], domains: domains && [...domains] }
}

/**
 * Whether he adds domains on his own word. A customer's people prove that a domain is theirs: to have one means to get
 * all mail that other customers here send to it.
 */
export function mayVouch({ tenant, domains }: Principal, tenants: readonly Tenant[]): boolean {
  const level = tenants.find((each) => each.id === tenant)?.level
  return domains === null && (level === 'operator' || level === 'reseller')
}

/** Whether he sees the house itself: its nodes, its faults, and what is counted over mail of all tenants. */
export const isOfHouse = ({ rights, tenants }: Principal) => rights.has('site.read') && tenants === null

/** Whether a tenant is in reach, if only by some of its domains. */
export const reachesTenant = ({ tenants }: Principal, tenant: string): boolean =>
  tenants === null || tenants.has(tenant)

/** Whether he looks after groups and people alone, and no domain is his; also when none of them is left. */
export const isOfPeopleAlone = ({ domains }: Pick<Principal, 'domains'>): boolean =>
  domains !== null && [...domains].every(isOfPeople)

/** Somebody with no more in reach than a group or a person, which the directory has found for him. */
export function narrowToPeople(principal: Principal, found: PeopleScope): Principal {
  return {
    ...principal,
    tenant: found.tenant,
    tenants: new Set([found.tenant]),
    domains: new Set([found.scope]),
  }
}

export function mayReach(principal: Principal, tenant: string, domain: string | null): boolean {
  if (!reachesTenant(principal, tenant)) return false
  return principal.domains === null || (domain !== null && principal.domains.has(domain))
}

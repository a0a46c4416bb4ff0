import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import { mayReach, type Principal } from './principal.ts'

/** A tenant or a domain in somebody's reach. */
export interface FoundScope {
  readonly scope: string
  readonly level: Tenant['level'] | 'domain'
  readonly name: string
  /** Names of the levels above it that he reaches, the highest first. */
  readonly above: readonly string[]
}

/**
 * Tenants and domains in reach, each after the level that it belongs to. With a text only those whose name or id has
 * it, whatever the case; with a kind only tenants, or only domains.
 */
export function findScopes(
  principal: Principal,
  tree: { readonly tenants: readonly Tenant[]; readonly domains: readonly Domain[] },
  text = '',
  kind?: 'tenant' | 'domain',
): FoundScope[] {
  const reached = tree.tenants.filter(({ id }) => principal.tenants === null || principal.tenants.has(id))
  const ids = new Set(reached.map((each) => each.id))
  const children = Map.groupBy(reached, ({ parent }) => (parent !== null && ids.has(parent) ? parent : ''))
  const domains = Map.groupBy(
    tree.domains.filter((each) => ids.has(each.tenant) && mayReach(principal, each.tenant, each.name)),
    (each) => each.tenant,
  )
  const found: FoundScope[] = []
  const wanted = text.toLowerCase()
  const fits = (...words: string[]) => words.some((each) => each.toLowerCase().includes(wanted))
  const visit = (tenant: Tenant, above: readonly string[]) => {
    const name = tenant.name || tenant.id
    if (fits(name, tenant.id)) found.push({ scope: `tenant:${tenant.id}`, level: tenant.level, name, above })
    const below = [...above, name]
    for (const domain of (domains.get(tenant.id) ?? []).toSorted(byName))
      if (fits(domain.name))
        found.push({ scope: `domain:${domain.name}`, level: 'domain', name: domain.name, above: below })
    for (const child of (children.get(tenant.id) ?? []).toSorted(byName)) visit(child, below)
  }
  for (const top of (children.get('') ?? []).toSorted(byName)) visit(top, [])
  return kind === undefined ? found : found.filter(({ scope }) => scope.startsWith(`${kind}:`))
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name, 'en')
}

import { type RoleName, roles } from '#services/access/roles.ts'
import type { Tenant } from '#services/directory/directory-store.ts'

/** A manager as far as it matters for telling him of people who wait. */
export interface AskedManager {
  readonly id: string
  readonly address: string
  readonly role: RoleName
  readonly tenant: string
  /** Only these domains of it, or groups and people by name (see Reach); null: all. */
  readonly domains: readonly string[] | null
  /** Tenants that those are of. */
  readonly owners: readonly string[]
  /** When he was last told; null: never. */
  readonly mailedAt: number | null
}

/** Finds who answers people of a domain. */
export type ManagersFor = (tenant: string, domain: string) => readonly AskedManager[]

/**
 * Who answers people: managers with the right to release, of the tenant itself; where it has none, of the level above,
 * and so on up to the operator. Those further up see the same in the console, and are not written to for each customer.
 */
export function managersFor(managers: readonly AskedManager[], tenants: readonly Tenant[]): ManagersFor {
  const byTenant = Map.groupBy(managers.filter(mayAnswer), (each) => each.tenant)
  const parents = new Map(tenants.map(({ id, parent }) => [id, parent]))
  const operators = tenants.filter(({ level }) => level === 'operator').map(({ id }) => id)
  return (tenant, domain) => {
    for (const level of [...upwards(tenant, parents), ...operators]) {
      const here = (byTenant.get(level) ?? []).filter(({ domains }) => domains?.includes(domain) ?? true)
      if (here.length > 0) return here
    }
    return []
  }
}

/** Whether his role answers people. */
export const mayAnswer = ({ role }: Pick<AskedManager, 'role'>): boolean =>
  (roles[role].rights as readonly string[]).includes('quarantine.act')

/** A tenant, and those above it. */
export function upwards(tenant: string, parents: ReadonlyMap<string, string | null>): string[] {
  const levels = new Set<string>()
  for (let at: string | null = tenant; at !== null && !levels.has(at); at = parents.get(at) ?? null)
    levels.add(at)
  return [...levels]
}

import type { Tenant } from '#services/directory/directory-store.ts'
import type { AccessStore } from './access-store.ts'
import { type Principal, principalOfKey, principalOfManager } from './principal.ts'
import type { Right } from './roles.ts'

/** Something that somebody has ordered and that goes on without him. */
export interface Ordered {
  /** As the audit log names him. */
  readonly who: string
  /** The tenant that he stood at. */
  readonly tenant: string
  /** What it needs. */
  readonly rights: readonly Right[]
  /** Only these domains of his, or groups and people by name; null: all of them. */
  readonly domains: readonly string[] | null
}

/**
 * Whether somebody who has ordered something may still order it: his account or key is there, has the right, and reaches
 * what he reached. `isReached` looks up a group or a person that is not named to him. What was ordered on this machine, or by Mailkeep itself, goes on. Null: he may; else why not.
 */
export async function whyNotGoOn(
  access: Pick<AccessStore, 'manager' | 'key'>,
  tenants: () => Promise<Tenant[]>,
  { who, tenant, rights, domains }: Ordered,
  now: number,
  isReached: (name: string, by: Principal) => Promise<boolean> = async () => false,
): Promise<string | null> {
  const [, kind, id = ''] = /^(manager|key):(.+)$/s.exec(who) ?? []
  if (kind === undefined) return null
  const found = await (kind === 'key' ? byKey(access, id, tenants, now) : byManager(access, id, tenants))
  if (found === null) return `${who} may not sign in any more`
  const isHis = (name: string) => found.domains?.has(name) === true || isReached(name, found)
  const mayStill =
    rights.every((each) => found.rights.has(each)) &&
    (found.tenants === null || found.tenants.has(tenant)) &&
    (found.domains === null || (domains !== null && (await Promise.all(domains.map(isHis))).every(Boolean)))
  return mayStill ? null : `${who} may not do this any more`
}

async function byManager(
  access: Pick<AccessStore, 'manager'>,
  id: string,
  tenants: () => Promise<Tenant[]>,
): Promise<Principal | null> {
  const manager = await access.manager(id)
  return manager?.disabledAt === null ? principalOfManager(manager, await tenants(), '') : null
}

async function byKey(
  access: Pick<AccessStore, 'key'>,
  id: string,
  tenants: () => Promise<Tenant[]>,
  now: number,
): Promise<Principal | null> {
  const key = await access.key(id)
  const isOver = !key || (key.expiresAt !== null && key.expiresAt < now)
  return isOver ? null : principalOfKey(key, await tenants(), '')
}

import type { Tenant } from '#services/directory/directory-store.ts'
import type { AccessStore, ApiKey } from './access-store.ts'
import { whyNotGoOn } from './may-go-on.ts'
import { reachOf } from './principal.ts'
import { rightsOfScopes, rightsWithin } from './roles.ts'

/** A key, and whether it outlives what whoever made it may do. */
export interface MadeKey {
  readonly key: ApiKey
  /** He is gone or kept out, or may less, so that he could not make it now. It goes on until somebody removes it. */
  readonly isLeft: boolean
}

/** Whether a manager has made this key. */
export function isMadeBy({ createdBy }: ApiKey, manager: string): boolean {
  return createdBy === `manager:${manager.toLowerCase()}`
}

/** Holds keys against those who made them. What was made on this machine nobody can lose the right to. */
export async function withMakers(
  access: Pick<AccessStore, 'manager' | 'key'>,
  tenants: readonly Tenant[],
  keys: readonly ApiKey[],
  now: number,
): Promise<MadeKey[]> {
  return Promise.all(
    keys.map(async (key) => {
      const isHouse = reachOf(key.tenant, tenants) === null
      const given = rightsWithin(rightsOfScopes(key.scopes), { isHouse, isWhole: true })
      const needed = { who: key.createdBy, tenant: key.tenant, domains: null }
      const rights = ['access.write', ...given] as const
      const why = await whyNotGoOn(access, async () => [...tenants], { ...needed, rights }, now)
      return { key, isLeft: why !== null }
    }),
  )
}

/** Keys that a manager has made and could not make now. */
export async function keysLeftBy(
  access: Pick<AccessStore, 'manager' | 'key' | 'keys'>,
  tenants: readonly Tenant[],
  manager: string,
  now: number,
): Promise<ApiKey[]> {
  const made = (await access.keys()).filter((each) => isMadeBy(each, manager))
  return (await withMakers(access, tenants, made, now)).filter(({ isLeft }) => isLeft).map(({ key }) => key)
}

import { normaliseAddress } from '#ground/mail/address.ts'
import { normaliseDomain } from '#ground/mail/domain.ts'
import { domainOfName } from '#ground/platform/reach-names.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { chainOf } from '#services/directory/publish-snapshot.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** Where levels are looked up. */
export type Levels = Pick<DirectoryStore, 'tenants' | 'domains' | 'groups' | 'user'>

/** A level of tenancy that settings, lists and rules can stand at. */
export interface Scope {
  /** `tenant:ID`, `domain:NAME`, `group:DOMAIN/NAME` or `user:ADDRESS`. */
  readonly name: string
  /** All levels from the widest down to this one. */
  readonly chain: readonly string[]
  /** Whose it is. */
  readonly tenant: string
}

/** The domain that a group or a person belongs to, and a domain itself; null: the level of a tenant. */
export function domainOfLevel(level: string): string | null {
  if (level.startsWith('tenant:')) return null
  return level.startsWith('domain:') ? level.slice('domain:'.length) : domainOfName(level)
}

/**
 * Reads a level as people write it: the id of a tenant, a domain, DOMAIN/GROUP, an address, or one of these with its
 * kind before it. @throws OrderError
 */
export async function readScope(text: string, directory: Levels): Promise<Scope> {
  const found = /^(tenant|domain|group|user):(.+)$/.exec(text)
  const [kind, id] = found ? [found[1] ?? '', found[2] ?? ''] : [null, text]
  if (kind === 'user' || (kind === null && id.includes('@'))) return userScope(id, directory)
  if (kind === 'group' || (kind === null && id.includes('/'))) return groupScope(id, directory)
  const tenants = await directory.tenants()
  const tenant = kind === 'domain' ? undefined : tenants.find((each) => each.id === id)
  if (tenant) {
    const chain = chainOf(tenant.id, tenants).map((each) => `tenant:${each.id}`)
    return { name: `tenant:${tenant.id}`, chain, tenant: tenant.id }
  }
  if (kind === 'tenant') throw new OrderError('not-found', `there is no tenant ${id}`)
  return domainScope(id, directory)
}

/** Domains of whoever a level belongs to, and of their customers. */
export async function domainsOf({ tenant }: Scope, directory: Levels): Promise<string[]> {
  const tenants = await directory.tenants()
  return (await directory.domains())
    .filter((each) => chainOf(each.tenant, tenants).some(({ id }) => id === tenant))
    .map((each) => each.name)
}

async function domainScope(text: string, directory: Levels): Promise<Scope> {
  const name = normaliseDomain(text)
  const domain = (await directory.domains()).find((each) => each.name === name)
  if (!domain)
    throw new OrderError(
      'not-found',
      `${text} is no tenant, domain, group (DOMAIN/NAME) or user that we know`,
    )
  const above = chainOf(domain.tenant, await directory.tenants()).map((each) => `tenant:${each.id}`)
  return { name: `domain:${name}`, chain: [...above, `domain:${name}`], tenant: domain.tenant }
}

async function groupScope(text: string, directory: Levels): Promise<Scope> {
  const [domain = '', ...rest] = text.split('/')
  const id = `${normaliseDomain(domain)}/${rest.join('/').toLowerCase()}`
  const above = await domainScope(domain, directory)
  if (!(await directory.groups(normaliseDomain(domain))).some((each) => each.id === id))
    throw new OrderError('not-found', `there is no group ${text}; "user import" makes groups`)
  return { name: `group:${id}`, chain: [...above.chain, `group:${id}`], tenant: above.tenant }
}

/** An alias has the settings of whom it belongs to: the level is his, in his domain, wherever the alias is. */
async function userScope(text: string, directory: Levels): Promise<Scope> {
  const { lookupKey } = normaliseAddress(text)
  const user = await directory.user(lookupKey)
  if (!user) throw new OrderError('not-found', `there is no user ${text}`)
  const above = await domainScope(user.owner.slice(user.owner.lastIndexOf('@') + 1), directory)
  return { name: `user:${user.owner}`, chain: [...above.chain, `user:${user.owner}`], tenant: above.tenant }
}

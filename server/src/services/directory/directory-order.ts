import { createHash } from 'node:crypto'
import { OrderError } from '#services/ledger/order-error.ts'
import type { DirectoryStore, Domain, Tenant } from './directory-store.ts'

/** Who changes the directory, and when: what every verb that writes is given. */
export interface DirectoryOrder {
  readonly directory: DirectoryStore
  readonly at: number
  /** For the audit log: `cli:` and a name, or a manager. */
  readonly who: string
  /** Address that the order came from; none: this machine. */
  readonly ip?: string
  /** Tenant that stands for the whole order in the audit log, where it is about several; none: the site. */
  readonly tenant?: string
  /** What is in reach of whoever orders; none: everything. What is not is as good as none. */
  readonly reach?: {
    readonly tenant: (tenant: string) => boolean
    readonly domain: (domain: Pick<Domain, 'name' | 'tenant'>) => boolean
  }
  /** The state that he has seen and wants to change, as `stateOf` names it; none: whatever it is by now. */
  readonly seen?: string | null
}

/** Adds a line to the audit log, of a tenant or (null) of the site itself. */
export function recordOrder(
  { directory, at, who, ip = '' }: DirectoryOrder,
  what: string,
  tenant: string | null,
  detail: object,
): Promise<void> {
  return directory.recordChange(at, what, who, detail, { tenant, ip })
}

/** Tenants in reach of whoever orders. */
export async function tenantsOf({ directory, reach }: DirectoryOrder): Promise<Tenant[]> {
  const tenants = await directory.tenants()
  return reach ? tenants.filter((each) => reach.tenant(each.id)) : tenants
}

/** Domains in reach of whoever orders. */
export async function domainsOf({ directory, reach }: DirectoryOrder): Promise<Domain[]> {
  const domains = await directory.domains()
  return reach ? domains.filter((each) => reach.domain(each)) : domains
}

/** A short name for the state of something, the same as long as it is: for people who edit it at the same time. */
export function stateOf(thing: object): string {
  return createHash('sha256').update(JSON.stringify(thing)).digest('base64url').slice(0, 16)
}

/** @throws OrderError where somebody has changed it since it was seen */
export function assertSeen({ seen }: DirectoryOrder, thing: object, name: string): void {
  if (seen !== undefined && seen !== null && seen !== stateOf(thing)) throw changedMeanwhile(name)
}

/** The refusal to change what is not any more as it was read. */
export function changedMeanwhile(name: string): OrderError {
  return new OrderError('changed', `${name} is not as you have seen it; look again, then change it`)
}

import { OrderError } from '#services/ledger/order-error.ts'
import type { DirectoryOrder } from './directory-order.ts'
import { type Tenant, type TenantLevel, tenantLevels } from './directory-store.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'

export interface NewTenant {
  readonly id: string
  /** Undefined: the operator. */
  readonly parent?: string
  readonly level: TenantLevel
  readonly name?: string
}

/** Adds a tenant, or renames one that is there. @throws OrderError */
export async function addTenant(order: DirectoryOrder, given: NewTenant): Promise<Tenant> {
  const tenants = await order.directory.tenants()
  const known = tenants.find((each) => each.id === given.id)
  const tenant: Tenant = {
    id: given.id,
    parent: parentOf(given, tenants),
    level: given.level,
    name: given.name ?? known?.name ?? given.id,
    settings: known?.settings ?? {},
    locked: known?.locked ?? [],
  }
  checkTenantId(tenant.id)
  if (known && (known.level !== tenant.level || known.parent !== tenant.parent))
    throw new OrderError('conflict', `there is a ${known.level} ${known.id} already, below ${known.parent}`)
  // Mail, people and the log of one that was called so would come to whoever stands above it now.
  if (!known && !(await order.directory.isFreeId(tenant.id, tenant.parent)))
    throw new OrderError('conflict', `the id ${tenant.id} is taken: it was somebody else's; take another one`)
  await changeRecorded(order, inDirectory.putTenant(tenant), {
    ...{ what: known ? 'tenant-renamed' : 'tenant-added', tenant: tenant.id },
    detail: { ...tenant, before: known?.name ?? null },
  })
  return tenant
}

/** @throws OrderError what a text lacks for being the id of a tenant */
export function checkTenantId(id: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(id))
    throw new OrderError('wrong', `a tenant's id is of letters a to z, digits and hyphens; got ${id}`)
}

/** @throws OrderError where tenants of a level cannot be below those of another */
export function checkBelow(level: TenantLevel, above: TenantLevel): void {
  if (tenantLevels.indexOf(above) >= tenantLevels.indexOf(level))
    throw new OrderError('wrong', `a ${level} cannot be below a ${above}`)
}

/** Adds the operator where there is no tenant at all: it is the house itself, and need not be made by hand. */
export async function addOperator(order: DirectoryOrder): Promise<void> {
  if ((await order.directory.tenants()).length === 0)
    await addTenant(order, { id: 'mailkeep', level: 'operator', name: 'Mailkeep' })
}

function parentOf(given: NewTenant, tenants: readonly Tenant[]): string | null {
  const operator = tenants.find((each) => each.level === 'operator')
  if (given.level === 'operator') {
    if (operator && operator.id !== given.id)
      throw new OrderError('conflict', `there is an operator already: ${operator.id}`)
    return null
  }
  const parentId = given.parent ?? operator?.id
  const parent = tenants.find((each) => each.id === parentId)
  if (!parent)
    throw new OrderError(
      'not-found',
      parentId === undefined ? 'add the operator first' : `there is no tenant ${parentId}`,
    )
  checkBelow(given.level, parent.level)
  return parent.id
}

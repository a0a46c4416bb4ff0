import { OrderError } from '#services/ledger/order-error.ts'
import { assertSeen, changedMeanwhile, type DirectoryOrder, tenantsOf } from './directory-order.ts'
import type { Tenant } from './directory-store.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'

/** What people change of a tenant by hand, for telling one state from another. */
export function tenantState({ id, parent, level, name }: Pick<Tenant, 'id' | 'parent' | 'level' | 'name'>) {
  return { id, parent, level, name }
}

/** Gives a tenant another name for people; its id stays. @throws OrderError */
export async function renameTenant(order: DirectoryOrder, id: string, name: string): Promise<Tenant> {
  const known = await findTenant(order, id)
  assertSeen(order, tenantState(known), id)
  const changed = { ...known, name: readName(name) }
  const detail = { id, before: known.name, after: changed.name }
  const line = { what: 'tenant-renamed', tenant: id, detail }
  if (!(await changeRecorded(order, inDirectory.putTenant(changed, known), line))) throw changedMeanwhile(id)
  return changed
}

/** Takes a tenant away that has nothing left: no tenants below it and no domains. @throws OrderError */
export async function removeTenant(order: DirectoryOrder, id: string): Promise<void> {
  const known = await findTenant(order, id)
  assertSeen(order, tenantState(known), id)
  if (known.level === 'operator') throw new OrderError('wrong', 'the operator is the house itself')
  const below = (await order.directory.tenants()).filter((each) => each.parent === id).length
  const domains = (await order.directory.domains()).filter((each) => each.tenant === id).length
  if (below + domains > 0)
    throw new OrderError('conflict', `${id} still has ${below} tenants below it and ${domains} domains`)
  const detail = { id, before: tenantState(known) }
  const line = { what: 'tenant-removed', tenant: known.parent, detail }
  if (!(await changeRecorded(order, inDirectory.removeTenant(id, known), line))) throw changedMeanwhile(id)
}

async function findTenant(order: DirectoryOrder, id: string): Promise<Tenant> {
  const found = (await tenantsOf(order)).find((each) => each.id === id)
  if (!found) throw new OrderError('not-found', `there is no tenant ${id}`)
  return found
}

function readName(name: string): string {
  const bare = name.trim()
  if (bare === '' || bare.length > 100)
    throw new OrderError('wrong', 'the name of a tenant has 1 to 100 characters')
  return bare
}

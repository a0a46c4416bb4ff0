import { type DirectoryOrder, domainsOf, tenantsOf } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Relay, RelayStore } from './relay-store.ts'

/** An order about who may send through here. */
export interface RelayOrder extends DirectoryOrder {
  readonly relays: RelayStore
  readonly newId: () => string
}

/** A tenant in reach. @throws OrderError not-found */
export async function tenantInReach(order: RelayOrder, tenant: string): Promise<string> {
  const found = (await tenantsOf(order)).find((each) => each.id === tenant)
  if (!found) throw new OrderError('not-found', `there is no tenant ${tenant}`)
  return found.id
}

/** A server in reach, which has to be so with all of its domains. @throws OrderError not-found */
export async function relayInReach(order: RelayOrder, id: string): Promise<Relay> {
  const relay = await order.relays.relay(id)
  const isInReach = relay !== null && (await reaches(order, relay))
  if (!isInReach)
    throw new OrderError('not-found', `there is no relay ${id}; ./mailkeep relay list names them`)
  return relay
}

/** Whether somebody who reaches only some domains may see a server: not where it sends for others too. */
export async function reaches(order: RelayOrder, { tenant, domains }: Pick<Relay, 'tenant' | 'domains'>) {
  if (order.reach && !order.reach.tenant(tenant)) return false
  const known = await domainsOf(order)
  if (domains.length > 0) return domains.every((name) => known.some((each) => each.name === name))
  const all = (await order.directory.domains()).filter((each) => each.tenant === tenant)
  return all.every((each) => known.some(({ name }) => name === each.name))
}

import { parseMailbox } from '#ground/mail/address.ts'
import {
  type DirectoryOrder,
  domainsOf,
  recordOrder,
  tenantsOf,
} from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { AlarmStore, Subscription } from './alarm-store.ts'

export interface NewSubscription {
  readonly id: string
  /** `tenant:ID` or `domain:NAME`. */
  readonly scope: string
  readonly names: readonly string[]
  readonly address: string
}

/** Addresses that one tenant may have told. */
const mostOfTenant = 50

/** Has somebody told of alarms by mail. @throws OrderError */
export async function subscribe(
  order: DirectoryOrder,
  alarms: AlarmStore,
  given: NewSubscription,
): Promise<Subscription> {
  const address = given.address.trim()
  if (/[\r\n]/.test(address) || (parseMailbox(address, { smtputf8: true })?.domain ?? '') === '')
    throw new OrderError('wrong', `${address} is no mail address`)
  const tenant = await tenantOfScope(order, given.scope)
  const own = (await alarms.subscriptions()).filter((each) => each.tenant === tenant)
  if (own.some((each) => each.scope === given.scope && each.address === address))
    throw new OrderError('conflict', `${address} is told of ${given.scope} already`)
  if (own.length >= mostOfTenant)
    throw new OrderError('conflict', `a tenant has at most ${mostOfTenant} addresses that are told of alarms`)
  const subscription: Subscription = {
    ...given,
    address,
    tenant,
    createdAt: order.at,
    createdBy: order.who,
  }
  await alarms.putSubscription(subscription)
  await recordOrder(order, 'alarm-subscribed', tenant, { ...given, address })
  return subscription
}

/** Ends it. @throws OrderError */
export async function unsubscribe(order: DirectoryOrder, alarms: AlarmStore, id: string): Promise<void> {
  const known = (await alarms.subscriptions()).find((each) => each.id === id)
  if (!known || (order.reach && !order.reach.tenant(known.tenant)))
    throw new OrderError('not-found', `nobody is told under ${id}`)
  await alarms.removeSubscription(id)
  await recordOrder(order, 'alarm-unsubscribed', known.tenant, { ...known })
}

async function tenantOfScope(order: DirectoryOrder, scope: string): Promise<string> {
  const [, kind, name = ''] = /^(tenant|domain):(.+)$/.exec(scope) ?? []
  const found =
    kind === 'tenant'
      ? (await tenantsOf(order)).find((each) => each.id === name)?.id
      : (await domainsOf(order)).find((each) => each.name === name)?.tenant
  if (found === undefined) throw new OrderError('not-found', `there is no ${scope}`)
  return found
}

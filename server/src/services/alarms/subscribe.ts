import type { NetworkList } from '#ground/platform/network-list.ts'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import {
  type DirectoryOrder,
  domainsOf,
  recordOrder,
  tenantsOf,
} from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type AlarmStore, inAlarms, type Subscription, type Target } from './alarm-store.ts'
import { openAtPagers } from './close-pagers.ts'
import type { NoticeStore } from './notice-store.ts'
import { checkQuietHours, type QuietHours } from './quiet-hours.ts'
import { checkTarget, type NewTarget, shownAddress } from './target.ts'

export interface AlarmOrder extends DirectoryOrder {
  readonly alarms: AlarmStore
  readonly notices: NoticeStore
  readonly fetch: GuardedFetch
  /** Networks that may be told although they are not public. */
  readonly allowed: NetworkList
}

export interface NewSubscription {
  readonly id: string
  /** `tenant:ID` or `domain:NAME`. */
  readonly scope: string
  readonly names: readonly string[]
  readonly targets: readonly NewTarget[]
  readonly quiet: QuietHours | null
}

/** Subscriptions that one tenant may have, and targets of each. */
const mostOfTenant = 50
const mostTargets = 8

/** Has somebody told of alarms. Secrets that sign webhooks are in the answer, this once. @throws OrderError */
export async function subscribe(order: AlarmOrder, given: NewSubscription): Promise<Subscription> {
  const { alarms } = order
  const targets = checkTargets(given.targets.map((each) => checkTarget(each, order.allowed)))
  const quiet = given.quiet && checkQuietHours(given.quiet)
  const tenant = await tenantOfScope(order, given.scope)
  const own = (await alarms.subscriptions()).filter((each) => each.tenant === tenant)
  const twice = own.find(
    (each) => each.scope === given.scope && each.targets[0]?.address === targets[0]?.address,
  )
  if (twice && targets[0]?.form === 'mail')
    throw new OrderError('conflict', `${targets[0].address} is told of ${given.scope} already`)
  if (own.length >= mostOfTenant)
    throw new OrderError('conflict', `a tenant has at most ${mostOfTenant} subscriptions to alarms`)
  const { id, scope, names } = given
  const made: Subscription = {
    ...{ id, scope, tenant, names, targets, quiet },
    ...{ createdAt: order.at, createdBy: order.who },
  }
  const line = { what: 'alarm-subscribed', tenant, detail: shownSubscription(made) }
  await changeRecorded(order, inAlarms.putSubscription(made), line)
  return made
}

/** One of a domain is in reach of whoever has that domain; what stands above it is not. */
export function isInReach({ scope, tenant }: Subscription, reach: DirectoryOrder['reach']): boolean {
  if (!reach) return true
  return scope.startsWith('domain:') ? reach.domain({ name: scope.slice(7), tenant }) : reach.tenant(tenant)
}

/** A subscription in reach. @throws OrderError not-found */
export async function subscriptionInReach(order: AlarmOrder, id: string): Promise<Subscription> {
  const known = (await order.alarms.subscriptions()).find((each) => each.id === id)
  if (!known || !isInReach(known, order.reach))
    throw new OrderError('not-found', `nobody is told under ${id}`)
  return known
}

/**
 * Ends it, and what pagers have open of it.
 * @returns how many incidents of pagers could not be closed
 * @throws OrderError
 */
export async function unsubscribe(order: AlarmOrder, id: string): Promise<number> {
  const known = await subscriptionInReach(order, id)
  const closePagers = await openAtPagers(order, known, [...known.targets.keys()])
  const line = { what: 'alarm-unsubscribed', tenant: known.tenant, detail: shownSubscription(known) }
  await changeRecorded(order, inAlarms.removeSubscription(id), line)
  await order.notices.forgetSubscription(id)
  return closeRecorded(order, known, closePagers)
}

/**
 * Closes what pagers have open of a change that is in the audit log already: programs of others may take long. What
 * somebody has to close there is a line of its own.
 * @returns how many incidents could not be closed
 */
export async function closeRecorded(
  order: AlarmOrder,
  { id, tenant }: Subscription,
  closePagers: () => Promise<number>,
): Promise<number> {
  const leftOpen = await closePagers()
  if (leftOpen > 0)
    await recordOrder(order, 'alarm-pagers-left-open', tenant, { id, pagerIncidentsLeftOpen: leftOpen })
  return leftOpen
}

/** Puts places in the order in which they are told. @throws OrderError where they do not go together */
export function checkTargets(given: readonly Target[]): Target[] {
  if (given.length === 0 || given.length > mostTargets)
    throw new OrderError('wrong', `name one to ${mostTargets} places that are told`)
  const targets = given.toSorted((a, b) => a.afterMs - b.afterMs)
  if (targets[0]?.afterMs !== 0)
    throw new OrderError('wrong', 'the first place is told at once, without a wait')
  const names = targets.map(
    (each) => `${each.form} ${each.address} ${each.form === 'pagerduty' ? each.secret : ''}`,
  )
  if (new Set(names).size < targets.length)
    throw new OrderError('wrong', 'a place is told twice: each stands once')
  return targets
}

/** For the audit log: no key, and no address that lets somebody write. */
export function shownSubscription({ targets, ...rest }: Subscription): object {
  return {
    ...rest,
    targets: targets.map((each) => ({ form: each.form, address: shownAddress(each), afterMs: each.afterMs })),
  }
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

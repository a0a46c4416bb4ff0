import { isIP } from 'node:net'
import { newId } from '#ground/platform/ids.ts'
import type { NetworkList } from '#ground/platform/network-list.ts'
import { isPublicAddress } from '#ground/platform/web/public-address.ts'
import { type AccessOrder, recordAccess } from '#services/access/access-order.ts'
import { newSecret } from '#services/access/secret.ts'
import { changedMeanwhile, stateOf } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { EventKind, Webhook, WebhookForm, WebhookStore } from './webhook-store.ts'

export interface WebhookOrder extends AccessOrder {
  readonly webhooks: WebhookStore
  readonly allowed: NetworkList
  /** The state that he has seen and wants to change, as `stateOfWebhook` names it; none: whatever it is by now. */
  readonly seen?: string | null
}

const mostOfTenant = 20

/** Makes a webhook that is told what happens from now on. Its secret is in the answer, this once. @throws OrderError */
export async function addWebhook(
  order: WebhookOrder,
  {
    key = '',
    ...given
  }: Pick<Webhook, 'tenant' | 'domain' | 'name' | 'url' | 'form' | 'kinds'> & {
    /** The integration key of PagerDuty. */
    readonly key?: string
  },
): Promise<Webhook> {
  checkForm(given.form, given.kinds)
  await assertPlace(order, given)
  if ((given.form === 'pagerduty') !== (key !== ''))
    throw new OrderError(
      'wrong',
      key === ''
        ? 'the form pagerduty needs the integration key of a service (Events API v2)'
        : 'only the form pagerduty has a key; others get a secret of ours',
    )
  const own = (await order.webhooks.webhooks()).filter((each) => each.tenant === given.tenant)
  if (own.length >= mostOfTenant)
    throw new OrderError('conflict', `a tenant has at most ${mostOfTenant} webhooks`)
  const hook: Webhook = {
    ...given,
    id: newId(order.at),
    url: checkUrl(given.url, order.allowed),
    secret: key || `whsec_${newSecret()}`,
    createdAt: order.at,
    createdBy: order.who,
    cursor: await order.webhooks.newestCursor(),
    tries: 0,
    failingSince: null,
    dueAt: order.at,
    pausedAt: null,
    pausedWhy: null,
  }
  await order.webhooks.putWebhook(hook)
  await recordAccess(order, 'webhook-added', hook.tenant, { webhook: hook.id, after: shown(hook) })
  return hook
}

/** Names what people may change of a webhook as it stands, for If-Match: how it does changes by itself. */
export function stateOfWebhook({ name, url, kinds }: Webhook): string {
  return stateOf({ name, url, kinds })
}

/** @throws OrderError, also where somebody else has changed it since it was seen */
export async function changeWebhook(
  order: WebhookOrder,
  hook: Webhook,
  given: { readonly name?: string; readonly url?: string; readonly kinds?: readonly EventKind[] },
): Promise<void> {
  checkForm(hook.form, given.kinds ?? hook.kinds)
  const next = {
    ...hook,
    ...given,
    ...(given.url !== undefined && { url: checkUrl(given.url, order.allowed), dueAt: order.at }),
  }
  const isSeen = (order.seen ?? null) === null || order.seen === stateOfWebhook(hook)
  if (!isSeen || !(await order.webhooks.changeWebhook(hook, next)))
    throw changedMeanwhile(`the webhook ${hook.name}`)
  await recordAccess(order, 'webhook-changed', hook.tenant, {
    webhook: hook.id,
    before: shown(hook),
    after: shown(next),
  })
}

/**
 * Pauses it, or goes on where it stopped: nothing that happened meanwhile is left out while the books have it.
 * @throws OrderError where it was removed meanwhile
 */
export async function pauseWebhook(order: WebhookOrder, hook: Webhook, isPaused: boolean): Promise<void> {
  const { webhooks, at, who } = order
  const isThere = isPaused
    ? await webhooks.pauseWebhook(hook.id, at, `paused by ${who}`)
    : await webhooks.resumeWebhook(hook.id, at)
  if (!isThere) throw new OrderError('not-found', `there is no webhook ${hook.id}`)
  const what = isPaused ? 'webhook-paused' : 'webhook-resumed'
  await recordAccess(order, what, hook.tenant, { webhook: hook.id, name: hook.name })
}

export async function removeWebhook(order: WebhookOrder, hook: Webhook): Promise<void> {
  await order.webhooks.removeWebhook(hook.id)
  await recordAccess(order, 'webhook-removed', hook.tenant, { webhook: hook.id, before: shown(hook) })
}

/** @throws OrderError where there is no such tenant, or the domain is none of its own */
async function assertPlace(
  { directory }: WebhookOrder,
  { tenant, domain }: Pick<Webhook, 'tenant' | 'domain'>,
): Promise<void> {
  if (!(await directory.tenants()).some(({ id }) => id === tenant))
    throw new OrderError('not-found', `there is no tenant ${tenant}`)
  if (domain === null) return
  const found = (await directory.domains()).find(({ name }) => name === domain)
  if (found?.tenant !== tenant) throw new OrderError('not-found', `there is no domain ${domain} of ${tenant}`)
}

const shown = ({ name, url, form, kinds, domain }: Webhook) => ({ name, url, form, kinds, domain })

/** PagerDuty wakes people, and knows beginnings and ends: mail has neither. @throws OrderError */
function checkForm(form: WebhookForm, kinds: readonly EventKind[]): void {
  if (form === 'pagerduty' && kinds.some((each) => !each.startsWith('alarm.')))
    throw new OrderError('wrong', 'the form pagerduty is for alarm.opened and alarm.closed alone')
}

/** What is sent names senders and subjects, so it goes encrypted, and never to machines within. @throws OrderError */
export function checkUrl(text: string, allowed: NetworkList): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  const isAddress = isIP(host) !== 0
  const isOwn = isAddress && allowed.contains(host)
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isOwn)))
    throw new OrderError('wrong', 'a webhook is an address such as https://tickets.example.org/mailkeep')
  if (url.username !== '' || url.password !== '')
    throw new OrderError('wrong', 'the address carries a name or a password; the signature tells who sends')
  if (isAddress && !isOwn && !isPublicAddress(host))
    throw new OrderError('wrong', `${host} is no public address`)
  return url.href
}

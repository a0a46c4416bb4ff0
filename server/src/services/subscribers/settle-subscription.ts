import { hashSecret } from '#services/access/secret.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { StatusOrder } from '#services/status/status-order.ts'
import type { SubscriberParts } from './subscriber-parts.ts'
import { inSubscribers, type Subscriber, type SubscriberStore } from './subscriber-store.ts'

/** Confirms a wish. Null: the link is over. */
export async function confirmSubscription(
  parts: SubscriberParts,
  secret: string,
): Promise<Subscriber | null> {
  const found = await parts.subscribers.confirm(hashSecret(secret), parts.now())
  if (found) await recordSubscriber(parts, 'status-subscribed', found)
  return found
}

/** Whom a link would confirm. Null: the link is over. */
export function lookAtWish(
  { subscribers, now }: SubscriberParts,
  secret: string,
): Promise<Subscriber | null> {
  return subscribers.ofConfirm(hashSecret(secret), now())
}

/** Ends a subscription by the link in each of its notices. False: it has ended. */
export async function leaveSubscription(parts: SubscriberParts, secret: string): Promise<boolean> {
  const found = await parts.subscribers.ofLeave(secret)
  if (!found || !(await parts.subscribers.remove(found.id))) return false
  await recordSubscriber(parts, 'status-unsubscribed', found)
  return true
}

/** Ends one on the word of the operator. @throws OrderError not-found */
export async function removeSubscriber(
  order: Pick<StatusOrder, 'directory' | 'at' | 'who'> & { readonly subscribers: SubscriberStore },
  id: string,
): Promise<void> {
  const found = await order.subscribers.subscriber(id)
  if (!found) throw new OrderError('not-found', `there is no subscriber ${id}`)
  await changeRecorded(order, inSubscribers.remove(id), {
    ...{ what: 'status-unsubscribed', tenant: null, detail: { before: shown(found), after: null } },
  })
}

/** A line in the audit log of what happened by a subscriber's own doing, or by that of his address. */
export function recordSubscriber(
  { directory, now }: Pick<SubscriberParts, 'directory' | 'now'>,
  what: string,
  subscriber: Subscriber,
  more: { readonly why?: string } = {},
): Promise<void> {
  return directory.recordChange(
    now(),
    what,
    'subscriber',
    { subscriber: shown(subscriber), ...more },
    { tenant: null, ip: '' },
  )
}

/** All but what ends it. */
function shown({ leaveSecret: _secret, ...subscriber }: Subscriber): object {
  return subscriber
}

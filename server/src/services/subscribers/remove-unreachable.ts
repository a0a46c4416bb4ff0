import { recordSubscriber } from './settle-subscription.ts'
import type { SubscriberParts } from './subscriber-parts.ts'

const atATime = 100
const why = 'three notices in a row could not be delivered: nobody is behind this address any more'

/** Takes out those whom three notices in a row could not reach; each has a line in the audit log. */
export async function removeUnreachable(parts: SubscriberParts): Promise<void> {
  for (const found of await parts.subscribers.unreachable(atATime)) {
    if (!(await parts.subscribers.remove(found.id))) continue
    await recordSubscriber(parts, 'status-unsubscribed', found, { why })
    parts.onUnreachable()
  }
}

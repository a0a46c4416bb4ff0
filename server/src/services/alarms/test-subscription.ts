import { recordOrder } from '#services/directory/directory-order.ts'
import type { Subscription } from './alarm-store.ts'
import type { AlarmOrder } from './subscribe.ts'
import { type ApartParts, type ApartResult, tellApart } from './tell-apart.ts'

/** Tells all targets of a subscription of an alarm that is none, whatever the hour, and of its end where that matters. */
export async function testSubscription(
  order: AlarmOrder,
  parts: ApartParts,
  subscription: Subscription,
): Promise<ApartResult[]> {
  const { id, scope, tenant } = subscription
  const results = await tellApart(parts, subscription, 'test', 'This is only a test: nothing is wrong.')
  const taken = results.filter((each) => each.isTaken).length
  await recordOrder(order, 'alarm-tested', tenant, { id, scope, targets: results.length, taken })
  return results
}

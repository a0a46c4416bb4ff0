import type { Subscription } from './alarm-store.ts'
import { type ApartParts, type ApartResult, tellApart } from './tell-apart.ts'

/** Tells all targets of a subscription of an alarm that is none, whatever the hour, and of its end where that matters. */
export function testSubscription(parts: ApartParts, subscription: Subscription): Promise<ApartResult[]> {
  return tellApart(parts, subscription, 'test', 'This is only a test: nothing is wrong.')
}

import { recordOrder } from '#services/directory/directory-order.ts'
import { type SuppressionOrder, suppressionInReach, toldOf } from './suppression-order.ts'
import type { Suppression } from './suppression-store.ts'

/** The recipient is written to again from now on; what bounces had said of it is forgotten. @throws OrderError not-found */
export async function liftSuppression(order: SuppressionOrder, id: string): Promise<Suppression> {
  const found = await suppressionInReach(order, id)
  await order.suppressions.remove(id)
  await recordOrder(order, 'suppression-lifted', found.tenant, { before: toldOf(found), after: null })
  return found
}

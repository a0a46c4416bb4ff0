import { changeRecorded } from '#services/directory/recorded-change.ts'
import { type SuppressionOrder, suppressionInReach, toldOf } from './suppression-order.ts'
import { inSuppressions, type Suppression } from './suppression-store.ts'

/** The recipient is written to again from now on; what bounces had said of it is forgotten. @throws OrderError not-found */
export async function liftSuppression(order: SuppressionOrder, id: string): Promise<Suppression> {
  const found = await suppressionInReach(order, id)
  await changeRecorded(order, inSuppressions.remove(id), {
    ...{ what: 'suppression-lifted', tenant: found.tenant, detail: { before: toldOf(found), after: null } },
  })
  return found
}

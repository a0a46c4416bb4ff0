import { draftUpdate } from '#services/status/post-update.ts'
import { statusLimits } from '#services/status/status-order.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import type { Incident } from './incident.ts'
import { faceOf, type IncidentOrder } from './incident-order.ts'

const text = 'This is not a fault of another provider, as we told before.'

/**
 * What the public sees of an incident that was called another provider's fault, and is not: it is told so, and the incident
 * counts as ours. The other way round nothing is told by itself. Null: the public was told nothing of the kind.
 */
export async function takeBackBlame(
  order: IncidentOrder,
  incident: Incident,
): Promise<StatusIncident | null> {
  const face = await faceOf(order, incident)
  if (!face?.isUpstream) return null
  const own = { ...face, isUpstream: false }
  // A little is left for what people have to say.
  if (face.updates.length >= statusLimits.updates - 10) return own
  return draftUpdate(order, own, { state: face.state, text })
}

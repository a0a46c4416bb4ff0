import { draftUpdate } from '#services/status/post-update.ts'
import { statusLimits } from '#services/status/status-order.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import type { Incident } from './incident.ts'
import { faceOf, type IncidentOrder } from './incident-order.ts'

/**
 * What the public sees of an incident once measurements are good again: it is watched, where it was looked into. Null:
 * it sees as much already, or nothing.
 */
export async function watchedFace(order: IncidentOrder, incident: Incident): Promise<StatusIncident | null> {
  const face = await openFace(order, incident)
  if (face === null || face.state === 'monitoring') return null
  const text = 'What we measure is good again. We go on watching it.'
  return draftUpdate(order, face, { state: 'monitoring', text })
}

/**
 * The same once they are bad again: what was called watched by measurement is looked into again. What a person has said
 * stays as he said it. Null: nothing is to be told.
 */
export async function badAgainFace(order: IncidentOrder, incident: Incident): Promise<StatusIncident | null> {
  const face = await openFace(order, incident)
  const last = face?.updates.at(-1)
  if (face?.state !== 'monitoring' || last?.who !== order.who) return null
  const text = 'What we measure is bad again. We look into it.'
  return draftUpdate(order, face, { state: 'investigating', text })
}

/** Null too where it has no room for an update. */
async function openFace(order: IncidentOrder, incident: Incident): Promise<StatusIncident | null> {
  const face = await faceOf(order, incident)
  if (face === null || face.resolvedAt !== null || face.state === 'resolved') return null
  // A little is left for what people have to say.
  return face.updates.length < statusLimits.updates - 10 ? face : null
}

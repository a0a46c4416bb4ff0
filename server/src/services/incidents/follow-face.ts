import { draftUpdate } from '#services/status/post-update.ts'
import { statusLimits } from '#services/status/status-order.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import type { Incident } from './incident.ts'
import { faceOf, type IncidentOrder } from './incident-order.ts'

/** Measurements are good for so long before the public is told so: as long as a component takes to be good again. */
export const goodForMs = 10 * 60_000
/** The same is told without a person at most so often: a fault that comes and goes is no mail each minute to thousands. */
const againAfterMs = 15 * 60_000

/**
 * What the public sees of an incident once measurements are good for some minutes: it is watched, where it was looked
 * into. Null: it sees as much already, or nothing, or it is not time yet.
 */
export async function watchedFace(order: IncidentOrder, incident: Incident): Promise<StatusIncident | null> {
  if (incident.quietSince === null || order.at - incident.quietSince < goodForMs) return null
  const face = await openFace(order, incident)
  if (face === null || face.state === 'monitoring' || wasToldLately(order, face, 'monitoring')) return null
  const text = 'What we measure is good again. We go on watching it.'
  return draftUpdate(order, face, { state: 'monitoring', text })
}

/**
 * The same once they are bad again: what was called watched by measurement is looked into again. What a person has said
 * stays as he said it. Null: nothing is to be told.
 */
export async function badAgainFace(order: IncidentOrder, incident: Incident): Promise<StatusIncident | null> {
  const face = await openFace(order, incident)
  if (face?.state !== 'monitoring' || hasSaid(face, order.who)) return null
  if (wasToldLately(order, face, 'investigating')) return null
  const text = 'What we measure is bad again. We look into it.'
  return draftUpdate(order, face, { state: 'investigating', text })
}

/** Whether a person has told the state that is shown, by whatever else was told in it before and since. */
function hasSaid({ state, updates }: StatusIncident, machine: string): boolean {
  const before = updates.findLastIndex((each) => each.state !== state)
  return updates.slice(before + 1).some((each) => each.who !== machine)
}

function wasToldLately(
  { who, at }: IncidentOrder,
  { updates }: StatusIncident,
  state: StatusIncident['state'],
): boolean {
  return updates.some((each) => each.who === who && each.state === state && at - each.at < againAfterMs)
}

/** Null too where it has no room for an update. */
async function openFace(order: IncidentOrder, incident: Incident): Promise<StatusIncident | null> {
  const face = await faceOf(order, incident)
  if (face === null || face.resolvedAt !== null || face.state === 'resolved') return null
  // A little is left for what people have to say.
  return face.updates.length < statusLimits.updates - 10 ? face : null
}

import type { Incident } from './incident.ts'
import { faceOf, type IncidentOrder, takeStep, unlessChanged } from './incident-order.ts'
import type { IncidentFilter } from './incident-store.ts'
import { publicName } from './public-name.ts'

/** Incidents of a round, which has more to do: each name is looked up by itself. */
const stepSize = 20

/**
 * Calls those incidents by their public names of which nothing more is told: they were told before names were looked at, or
 * before a customer came whom they name. Each process goes once through all that the public knows, newest first, some in a
 * round.
 */
export function createRenaming(): (order: IncidentOrder) => Promise<void> {
  let after: NonNullable<IncidentFilter['after']> | null = null
  let isDone = false
  return async (order) => {
    if (isDone) return
    const found = await order.incidents.list({ isPublic: true, after }, stepSize)
    for (const each of found) await unlessChanged(rename(order, each))
    const last = found.at(-1)
    if (last === undefined) isDone = true
    else after = { startedAt: last.startedAt, id: last.id }
  }
}

async function rename(order: IncidentOrder, incident: Incident): Promise<void> {
  const face = await faceOf(order, incident)
  if (face === null) return
  const { finding, components } = incident
  const name = await publicName(order, { name: face.name, finding, components })
  if (name === face.name) return
  await takeStep(order, incident, {
    ...{ what: 'incident-renamed-in-public', now: {}, face },
    ...{ before: { told: face.name }, after: { told: name } },
  })
}

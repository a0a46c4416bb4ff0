import { OrderError } from '#services/ledger/order-error.ts'
import { componentOf } from '#services/status/judge-measured.ts'
import { type UpdateWords, wordsIn } from '#services/status/status-order.ts'
import type { ComponentState, Impact } from '#services/status/status-store.ts'
import type { Incident } from './incident.ts'
import type { IncidentOrder } from './incident-order.ts'
import { openIncident } from './open-incident.ts'
import { troubleOf } from './public-name.ts'
import { updateIncident } from './update-incident.ts'

const most = 100

const impactOf: Readonly<Record<ComponentState, Impact>> = {
  operational: 'none',
  under_maintenance: 'none',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
}

/**
 * Confirms what is suspected of a component: an incident is open from then on, since the first bad measurement. Where
 * measurements have opened one again, it is that one, and the public hears of it.
 * @throws OrderError conflict where nothing is suspected
 */
export async function confirmSuspicion(
  order: IncidentOrder,
  id: string,
  given: UpdateWords & { readonly name?: string; readonly text: string },
): Promise<Incident> {
  const component = await componentOf(order, id)
  const measured = (await order.status.measured()).find((each) => each.component === id)
  if (!measured || measured.suspectedSince === null)
    throw new OrderError('conflict', `nothing is suspected of ${id}; open an incident by hand`)
  const again = (await order.incidents.list({ open: true, component: id, isPublic: true }, most)).find(
    ({ state, againAt }) => state === 'suspected' && againAt !== undefined,
  )
  if (again)
    return updateIncident(order, again.id, {
      ...{ state: 'investigating', isTold: true, text: given.text, ...wordsIn(given) },
    })
  return openIncident(order, {
    name: given.name ?? troubleOf([component.name]),
    ...{ text: given.text, ...wordsIn(given) },
    impact: impactOf[measured.level],
    components: [{ id, state: measured.level }],
    startedAt: measured.suspectedSince,
    ...{ startFrom: 'telemetry', isTold: true },
  })
}

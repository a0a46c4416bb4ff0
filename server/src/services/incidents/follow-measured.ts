import { closeAfterMs, goodFor, type Measured, type Override, periodMs } from '#services/status/measured.ts'
import { type Incident, isOver } from './incident.ts'
import type { IncidentOrder } from './incident-order.ts'
import { missingToClose } from './may-close.ts'
import { updateIncident } from './update-incident.ts'

export interface FollowMeasuredParts {
  readonly order: (at: number) => IncidentOrder
  readonly now: () => number
}

/** What is measured as bad again within a day is the same incident. */
const sameForMs = 86_400_000
const most = 200

/**
 * Closes public incidents that people only watch any more, once all that they hit was measured as good for half an hour
 * and nothing else is missing; and opens one again when a component that it hit is suspected within a day.
 */
export async function followMeasured({ order: orderAt, now }: FollowMeasuredParts): Promise<void> {
  const at = now()
  const order = orderAt(at)
  const told = (await order.incidents.list({ isPublic: true }, most)).filter((each) => !each.isUpstream)
  if (told.length === 0) return
  const [measured, overrides] = await Promise.all([order.status.measured(), order.status.overrides(at)])
  for (const each of told.filter((one) => isGoodAgain(one, measured, at)))
    await updateIncident(order, each.id, {
      ...{ state: 'resolved', isTold: true, endedAt: endOf(each, measured) },
      text: `Measured as good for ${closeAfterMs / 60_000} minutes.`,
    })
  for (const each of measured.filter((one) => one.suspectedSince !== null && !isOverridden(one, overrides))) {
    const last = lastOf(told, each, at)
    if (last)
      await updateIncident(order, last.id, {
        ...{ state: 'investigating', isTold: true },
        text: 'Our measurements are bad again; we look at it.',
      })
  }
}

/** Nobody but the measurement is waited for: it is watched, has its cause, and all that it hit was bad and is good. */
function isGoodAgain(incident: Incident, measured: readonly Measured[], now: number): boolean {
  const { state, components, startedAt, finding, quietSince } = incident
  if (state !== 'monitoring' || components.length === 0 || (finding !== null && quietSince === null))
    return false
  const isGood = ({ id }: { readonly id: string }) => {
    const found = measured.find((each) => each.component === id)
    return (
      found !== undefined &&
      found.suspectedSince === null &&
      (found.lastBadAt ?? 0) >= startedAt &&
      goodFor(found, now) >= closeAfterMs
    )
  }
  return components.every(isGood) && missingToClose(incident).length === 0
}

/** When the last of what it hit was bad for the last time. */
function endOf({ components }: Incident, measured: readonly Measured[]): number {
  const own = measured.filter((each) => components.some((one) => one.id === each.component))
  return Math.max(...own.map((each) => (each.lastBadAt ?? 0) + periodMs))
}

/** The incident that was closed last of those that hit a component; none where one is open, or it is long ago. */
function lastOf(told: readonly Incident[], { component, suspectedSince }: Measured, now: number) {
  const own = told.filter((each) => each.components.some((one) => one.id === component))
  if (own.some((each) => !isOver(each))) return undefined
  return own
    .filter(({ resolvedAt }) => resolvedAt !== null && now - resolvedAt < sameForMs)
    .filter(({ resolvedAt }) => (resolvedAt ?? 0) <= (suspectedSince ?? 0))
    .toSorted((a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0))[0]
}

function isOverridden({ component }: Measured, overrides: readonly Override[]): boolean {
  return overrides.some((each) => each.component === component)
}

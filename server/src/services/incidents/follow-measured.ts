import { closeAfterMs, goodFor, type Measured, type Override, periodMs } from '#services/status/measured.ts'
import type { FindingState, FindingStore } from '#services/watch/finding.ts'
import { words } from './describe-fault.ts'
import { placeOf } from './fault-of.ts'
import { type Incident, isOver } from './incident.ts'
import { type IncidentOrder, isToldOpen } from './incident-order.ts'
import { missingToClose } from './may-close.ts'
import { reopenIncident } from './reopen-incident.ts'
import { updateIncident } from './update-incident.ts'

export interface FollowMeasuredParts {
  readonly order: (at: number) => IncidentOrder
  readonly findings: Pick<FindingStore, 'findings'>
  readonly now: () => number
}

/** The same cause on the same component within a day is the same incident. */
const sameForMs = 86_400_000
const most = 200
const mostFindings = 200

/**
 * Closes public incidents that people only watch any more, once all that they hit was measured as good for half an hour
 * and nothing else is missing; and opens one again when a component that it hit is suspected within a day
 * and a finding names its cause: what looks alike is not the same fault. For the public the component is suspected, and
 * no more, until a person confirms. Those that findings opened are opened again by them.
 */
export async function followMeasured({ order: orderAt, findings, now }: FollowMeasuredParts): Promise<void> {
  const at = now()
  const order = orderAt(at)
  const told = (await order.incidents.list({ isPublic: true }, most)).filter((each) => !each.isUpstream)
  if (told.length === 0) return
  const [measured, overrides, found] = await Promise.all([
    order.status.measured(),
    order.status.overrides(at),
    findings.findings(at, mostFindings),
  ])
  for (const each of told.filter((one) => isGoodAgain(one, measured, at)))
    await updateIncident(order, each.id, {
      ...{ state: 'resolved', isTold: await isToldOpen(order, each), endedAt: endOf(each, measured) },
      text: `Measured as good for ${closeAfterMs / 60_000} minutes.`,
    })
  for (const each of measured.filter((one) => one.suspectedSince !== null && !isOverridden(one, overrides))) {
    const last = lastOf(told, each, at)
    const again = last && found.find((one) => one.endedAt === null && isSameCause(last, one))
    if (last && again)
      await reopenIncident(order, last, {
        since: each.suspectedSince ?? at,
        text: `Measurements are bad again: ${words(again)}.`,
      })
  }
}

/** Nobody but the measurement is waited for: it is watched or suspected again, has its cause, and all that it hit was bad and is good. */
function isGoodAgain(incident: Incident, measured: readonly Measured[], now: number): boolean {
  const { state, components, startedAt, againAt, finding, quietSince } = incident
  const isWatched = state === 'monitoring' || (state === 'suspected' && againAt !== undefined)
  if (!isWatched || components.length === 0 || (finding !== null && quietSince === null)) return false
  const isGood = ({ id }: { readonly id: string }) => {
    const found = measured.find((each) => each.component === id)
    return (
      found !== undefined &&
      found.suspectedSince === null &&
      (found.lastBadAt ?? 0) >= (againAt ?? startedAt) &&
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
    .filter(
      ({ finding, resolvedAt }) => finding === null && resolvedAt !== null && now - resolvedAt < sameForMs,
    )
    .filter(({ resolvedAt }) => (resolvedAt ?? 0) <= (suspectedSince ?? 0))
    .toSorted((a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0))[0]
}

/** A cause that is not known is the same as no other. */
function isSameCause({ cause, hop = null }: Incident, finding: FindingState): boolean {
  const place = placeOf(finding)
  return (
    cause !== null &&
    place.cause !== 'unknown' &&
    cause.name === place.cause &&
    (hop ?? place.hop) === place.hop
  )
}

function isOverridden({ component }: Measured, overrides: readonly Override[]): boolean {
  return overrides.some((each) => each.component === component)
}

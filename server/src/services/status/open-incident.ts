import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { checkWindow, isAtShortNotice } from './maintenance-window.ts'
import { assertNamesNobody } from './names-nobody.ts'
import {
  checkAffected,
  checkText,
  checkWords,
  describeIncident,
  newStatusId,
  type StatusOrder,
  statusLimits,
  textsOf,
  type UpdateWords,
} from './status-order.ts'
import {
  type AffectedComponent,
  type Impact,
  inStatus,
  type StatusIncident,
  type StatusIncidentState,
} from './status-store.ts'

export interface NewIncident extends UpdateWords {
  /** A new one if absent. */
  readonly id?: string
  readonly name: string
  readonly text: string
  readonly impact: Impact
  readonly state?: StatusIncidentState
  readonly components?: readonly AffectedComponent[]
  /** When it began, in the past; now if absent. */
  readonly startedAt?: number
  /** When it ended: it is told when it is over, and published as such. */
  readonly resolvedAt?: number
  readonly isUpstream?: boolean
}

/** What the public is to see of an incident; with an end it is told afterwards. @throws OrderError */
export async function draftFace(order: StatusOrder, given: NewIncident): Promise<StatusIncident> {
  const { startedAt = order.at, resolvedAt = null, isUpstream = false, impact } = given
  const state = resolvedAt === null ? (given.state ?? 'investigating') : 'resolved'
  if (!['investigating', 'identified', 'monitoring', 'resolved'].includes(state))
    throw new OrderError('wrong', `an incident does not begin as ${state}`)
  if (startedAt > order.at || (resolvedAt ?? 0) > order.at)
    throw new OrderError('wrong', 'an incident does not begin or end in the future; schedule maintenance')
  if (resolvedAt !== null && resolvedAt < startedAt)
    throw new OrderError('wrong', 'the end is before the beginning')
  const text = checkText('a text', given.text, statusLimits.text)
  await assertNamesNobody(order, textsOf(given))
  return {
    ...{ id: given.id ?? newStatusId(), kind: 'incident', impact, state, isUpstream, startedAt },
    name: checkText('a name', given.name, statusLimits.name),
    createdAt: order.at,
    monitoringAt: state === 'monitoring' ? order.at : null,
    resolvedAt: resolvedAt ?? (state === 'resolved' ? order.at : null),
    ...{ from: null, until: null },
    components: await checkAffected(order, given.components ?? []),
    updates: [
      { id: newStatusId(), state, text, at: order.at, who: order.who, ...checkWords(given, order.at) },
    ],
  }
}

/** Tells the public of an incident that stands for itself: its inner side is in services/incidents. @throws OrderError */
export async function openIncident(order: StatusOrder, given: NewIncident): Promise<StatusIncident> {
  const incident = await draftFace(order, given)
  await changeRecorded(order, inStatus.putIncident(incident), {
    ...{ what: 'status-incident-opened', tenant: null },
    detail: { before: null, after: describeIncident(incident) },
  })
  return incident
}

export interface NewMaintenance extends UpdateWords {
  readonly name: string
  readonly text: string
  readonly from: number
  readonly until: number
  readonly components?: readonly string[]
  /** What customers will feel; if absent minor where it names components, and none where it names none. */
  readonly impact?: Impact
  /** It is known to be announced late, and the page says so. */
  readonly isShortNotice?: boolean
}

/** Announces planned work, which begins and ends by itself. @throws OrderError */
export async function scheduleMaintenance(
  order: StatusOrder,
  given: NewMaintenance,
): Promise<StatusIncident> {
  const { from, until } = given
  checkWindow(from, until, order.at)
  const isShortNotice = isAtShortNotice(from, order.at, given.isShortNotice)
  const affected = (given.components ?? []).map((id) => ({ id, state: 'under_maintenance' as const }))
  const text = checkText('a text', given.text, statusLimits.text)
  await assertNamesNobody(order, textsOf(given))
  const incident: StatusIncident = {
    ...{ id: newStatusId(), kind: 'maintenance', impact: 'none', state: 'scheduled', isUpstream: false },
    expectedImpact: given.impact ?? (affected.length > 0 ? 'minor' : 'none'),
    ...(isShortNotice && { isShortNotice }),
    name: checkText('a name', given.name, statusLimits.name),
    ...{ createdAt: order.at, startedAt: from, monitoringAt: null, resolvedAt: null, from, until },
    components: await checkAffected(order, affected),
    updates: [
      {
        id: newStatusId(),
        state: 'scheduled',
        text,
        at: order.at,
        who: order.who,
        ...checkWords(given, order.at),
      },
    ],
  }
  await changeRecorded(order, inStatus.putIncident(incident), {
    ...{ what: 'status-maintenance-scheduled', tenant: null },
    detail: { before: null, after: { ...describeIncident(incident), from, until } },
  })
  return incident
}

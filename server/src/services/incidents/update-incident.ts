import { OrderError } from '#services/ledger/order-error.ts'
import { draftFace } from '#services/status/open-incident.ts'
import { draftUpdate } from '#services/status/post-update.ts'
import { checkAffected, checkText, type UpdateWords, wordsIn } from '#services/status/status-order.ts'
import type { AffectedComponent, Impact, StatusIncident } from '#services/status/status-store.ts'
import {
  type Incident,
  type IncidentState,
  incidentLimits,
  incidentStates,
  isOver,
  touchedOf,
} from './incident.ts'
import { faceOf, type IncidentOrder, incidentOf, isToldOpen, takeStep } from './incident-order.ts'
import { assertMayClose } from './may-close.ts'
import { checkCause, type NewCause } from './name-cause.ts'
import { faceState } from './open-incident.ts'
import { publicName } from './public-name.ts'

export interface NewUpdate extends UpdateWords {
  /** As it is if absent. */
  readonly state?: IncidentState
  readonly text: string
  /** Whether the public is told; if absent: where it has been told of this incident. */
  readonly isTold?: boolean
  readonly components?: readonly AffectedComponent[]
  readonly impact?: Impact
  readonly cause?: NewCause
  /** When it was over, where it is resolved; now if absent. */
  readonly endedAt?: number
}

/**
 * Says what is new. It is closed only with a cause and with every promised review held; any other state opens it again.
 * Where the public sees it as open, the public is told the end too: else the status page would show it for ever.
 * @throws OrderError
 */
export async function updateIncident(order: IncidentOrder, id: string, given: NewUpdate): Promise<Incident> {
  const before = await incidentOf(order, id)
  const { state = before.state, isTold = before.isPublic } = given
  if (!incidentStates.includes(state))
    throw new OrderError('wrong', `its state is one of ${incidentStates.join(', ')}`)
  if (state === 'suspected' && before.state !== 'suspected')
    throw new OrderError('wrong', 'what has been looked at is not suspected any more')
  const text = checkText('a text', given.text, incidentLimits.text)
  const cause = given.cause ? checkCause(order, given.cause) : before.cause
  const closes = isOver({ state }) && !isOver(before)
  if (closes) assertMayClose({ ...before, cause })
  if (closes && !isTold && (await isToldOpen(order, before)))
    throw new OrderError('conflict', 'the public sees it as open, so its end is told to the public too')
  if (isOver(before) && !isOver({ state }) && !isTold && before.isPublic)
    throw new OrderError('conflict', 'the public knows it as over, so that it is open again is told too')
  if (state === 'postmortem' && before.resolvedAt === null)
    throw new OrderError('conflict', 'a postmortem comes when it is resolved')
  const components = given.components ? await checkAffected(order, given.components) : before.components
  const now = {
    ...{ state, cause, components, impact: given.impact ?? before.impact },
    monitoringAt: state === 'monitoring' && before.state !== 'monitoring' ? order.at : before.monitoringAt,
    resolvedAt: isOver({ state }) ? (before.resolvedAt ?? given.endedAt ?? order.at) : null,
    isPublic: before.isPublic || isTold,
    quietSince: isOver(before) && !isOver({ state }) ? null : before.quietSince,
  }
  const face = isTold ? await tell(order, { ...before, ...now }, { text, ...wordsIn(given) }) : null
  return takeStep(order, before, {
    what: 'incident-updated',
    now,
    ...(face && { face }),
    log: { kind: kindOf(before, state), text, isTold },
    before: { state: before.state, impact: before.impact, components: before.components },
    after: { state, impact: now.impact, components, isTold },
  })
}

function kindOf(before: Incident, state: IncidentState): 'reopened' | 'state' | 'note' {
  if (isOver(before) && !isOver({ state })) return 'reopened'
  return before.state === state ? 'note' : 'state'
}

/** What the public sees after it; the first time, all that it is told. */
async function tell(
  order: IncidentOrder,
  incident: Incident,
  said: UpdateWords & { readonly text: string },
): Promise<StatusIncident> {
  const { id, impact, components, startedAt, isUpstream, resolvedAt } = incident
  const state = faceState(incident.state)
  const known = await faceOf(order, incident)
  if (known)
    return { ...(await draftUpdate(order, known, { state, ...said, components })), impact, resolvedAt }
  const end = resolvedAt === null ? { state } : { resolvedAt }
  const drafted = await draftFace(order, {
    ...{
      id,
      name: await publicName(order, incident),
      ...said,
      impact,
      components,
      startedAt,
      isUpstream,
      ...end,
    },
  })
  const touched = touchedOf(incident)
  return touched ? { ...drafted, touched } : drafted
}

import { changedMeanwhile } from '#services/directory/directory-order.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { closeAfterMs } from './measured.ts'
import { assertNamesNobody } from './names-nobody.ts'
import { whyNotClosable } from './standing.ts'
import {
  checkAffected,
  checkText,
  checkWords,
  describeIncident,
  incidentOf,
  newStatusId,
  type StatusOrder,
  statusLimits,
  textsOf,
  type UpdateWords,
} from './status-order.ts'
import {
  type AffectedComponent,
  incidentStates,
  inStatus,
  maintenanceStates,
  type StatusIncident,
  type StatusIncidentState,
} from './status-store.ts'

export interface NewUpdate extends UpdateWords {
  readonly state: StatusIncidentState
  readonly text: string
  /** In the place of those before; as before if absent. */
  readonly components?: readonly AffectedComponent[]
}

/**
 * What the public is to see after an update. One that was over is open again with any state that is not an end; a
 * postmortem needs an end. @throws OrderError
 */
export async function draftUpdate(
  order: StatusOrder,
  before: StatusIncident,
  given: NewUpdate,
): Promise<StatusIncident> {
  const { state } = given
  const states: readonly string[] = before.kind === 'maintenance' ? maintenanceStates : incidentStates
  if (!states.includes(state)) throw new OrderError('wrong', `its state is one of ${states.join(', ')}`)
  if (before.state === 'cancelled')
    throw new OrderError('conflict', 'this work is cancelled; announce new work')
  if (before.updates.length >= statusLimits.updates)
    throw new OrderError('wrong', `it has ${statusLimits.updates} updates already`)
  if (state === 'postmortem' && before.resolvedAt === null)
    throw new OrderError('conflict', 'a postmortem comes when it is resolved')
  if (state === 'resolved' && before.resolvedAt === null) await assertClosable(order, before)
  const text = checkText('a text', given.text, statusLimits.text)
  await assertNamesNobody(order, textsOf(given))
  const isOver = state === 'resolved' || state === 'completed' || state === 'postmortem'
  return {
    ...before,
    state,
    monitoringAt: state === 'monitoring' ? order.at : before.monitoringAt,
    resolvedAt: isOver ? (before.resolvedAt ?? order.at) : null,
    components: given.components ? await checkAffected(order, given.components) : before.components,
    updates: [
      ...before.updates,
      { id: newStatusId(), state, text, at: order.at, who: order.who, ...checkWords(given, order.at) },
    ],
  }
}

/** Tells the public what is new about planned work, or about an incident that stands for itself. @throws OrderError */
export async function postUpdate(order: StatusOrder, id: string, given: NewUpdate): Promise<StatusIncident> {
  const before = await incidentOf(order, id)
  const incident = await draftUpdate(order, before, given)
  // In between it may have been cancelled or moved, and would be as before again.
  const isPut = await changeRecorded(order, inStatus.putIncident(incident, before), {
    ...{ what: 'status-update-posted', tenant: null },
    detail: { before: describeIncident(before), after: describeIncident(incident) },
  })
  if (!isPut) throw changedMeanwhile(before.kind === 'maintenance' ? 'this planned work' : 'this incident')
  return incident
}

/** What was measured as bad has to be good for half an hour before it is called over. */
async function assertClosable({ status, at }: StatusOrder, incident: StatusIncident): Promise<void> {
  const [measured, overrides] = await Promise.all([status.measured(), status.overrides(at)])
  const why = whyNotClosable(incident, measured, overrides, { closeAfterMs, now: at })
  if (why !== null) throw new OrderError('conflict', why)
}

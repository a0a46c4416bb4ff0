import { OrderError } from '#services/ledger/order-error.ts'
import { draftFace } from '#services/status/open-incident.ts'
import {
  checkAffected,
  checkText,
  newStatusId,
  type UpdateWords,
  wordsIn,
} from '#services/status/status-order.ts'
import type { AffectedComponent, Impact } from '#services/status/status-store.ts'
import type { Cause, Incident, IncidentState, Predicate } from './incident.ts'
import { type IncidentOrder, takeStep } from './incident-order.ts'
import { assertMayClose } from './may-close.ts'
import { checkCause, type NewCause } from './name-cause.ts'
import { checkPredicate } from './set-predicate.ts'

export interface NewIncident extends UpdateWords {
  readonly name: string
  /** What is known, for people of the house; and for the public where it is told. */
  readonly text: string
  /** Whether the public is told of it at once. */
  readonly isTold: boolean
  readonly impact: Impact
  /** Investigating if absent. */
  readonly state?: IncidentState
  readonly components?: readonly AffectedComponent[]
  /** When it began, in the past; now if absent. */
  readonly startedAt?: number
  /** Where the beginning is from; told if absent. */
  readonly startFrom?: Incident['startFrom']
  /** When it ended: it is told afterwards, once, and needs a cause. */
  readonly resolvedAt?: number
  readonly isUpstream?: boolean
  readonly direction?: Incident['direction']
  readonly stage?: string | null
  readonly node?: string | null
  readonly finding?: string | null
  readonly hop?: string | null
  readonly cause?: NewCause
  /** Null or absent: nobody has said yet which mail it touched. */
  readonly predicate?: Predicate | null
}

/** What was changed so long before it began is shown beside it. */
const lookBackMs = 6 * 3_600_000

/** Opens an incident, and tells the public where that is wanted. @throws OrderError */
export async function openIncident(order: IncidentOrder, given: NewIncident): Promise<Incident> {
  const { startedAt = order.at, resolvedAt = null, isUpstream = false, impact } = given
  if (startedAt > order.at || (resolvedAt ?? 0) > order.at)
    throw new OrderError('wrong', 'an incident does not begin or end in the future')
  if (resolvedAt !== null && resolvedAt < startedAt)
    throw new OrderError('wrong', 'the end is before the beginning')
  const state = resolvedAt === null ? (given.state ?? 'investigating') : 'resolved'
  if (state === 'postmortem') throw new OrderError('wrong', 'an incident does not begin with its postmortem')
  const cause: Cause | null = given.cause ? checkCause(order, given.cause) : null
  const incident: Incident = {
    ...{ id: newStatusId(), version: 0, state, impact, isUpstream, startedAt, resolvedAt, cause },
    name: checkText('a name', given.name, 120),
    components: await checkAffected(order, given.components ?? []),
    direction: given.direction ?? null,
    ...{ stage: given.stage ?? null, node: given.node ?? null, finding: given.finding ?? null },
    hop: given.hop ?? null,
    ...{ createdAt: order.at, startFrom: given.startFrom ?? 'told', quietSince: null },
    monitoringAt: state === 'monitoring' ? order.at : null,
    predicate: given.predicate ? checkPredicate(given.predicate) : null,
    figures: null,
    changes: await order.incidents.changes(startedAt - lookBackMs, resolvedAt ?? order.at, 50),
    ...{ log: [], promises: [], tasks: [], postmortem: null, isPublic: given.isTold },
  }
  if (state === 'resolved') assertMayClose(incident)
  const text = checkText('a text', given.text, 4000)
  const { id, name, components } = incident
  const told = { id, name, text, impact, components, startedAt, isUpstream, ...wordsIn(given) }
  const end = resolvedAt === null ? { state: faceState(state) } : { resolvedAt }
  return takeStep(order, incident, {
    what: 'incident-opened',
    now: state === 'resolved' ? { resolvedAt: resolvedAt ?? order.at } : {},
    ...(given.isTold && { face: await draftFace(order, { ...told, ...end }) }),
    log: { kind: 'opened', text, isTold: given.isTold },
    after: { name, state, impact, components, startedAt, resolvedAt, isTold: given.isTold },
  })
}

/** What a state is called in public: a suspicion that is told is being looked at. */
export function faceState(state: IncidentState): Exclude<IncidentState, 'suspected'> {
  return state === 'suspected' ? 'investigating' : state
}

import { type IncidentView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { isOfHouse, type Principal } from '#services/access/principal.ts'
import { type Incident, isOver } from '#services/incidents/incident.ts'
import type { IncidentOrder } from '#services/incidents/incident-order.ts'
import { makeDraft } from '#services/incidents/make-draft.ts'
import { missingToClose } from '#services/incidents/may-close.ts'
import { measureIncident } from '#services/incidents/measure-incident.ts'
import { nameCause } from '#services/incidents/name-cause.ts'
import { nameDrill } from '#services/incidents/name-drill.ts'
import { openIncident } from '#services/incidents/open-incident.ts'
import { keepPromise, promiseReview } from '#services/incidents/promise-review.ts'
import { setPredicate } from '#services/incidents/set-predicate.ts'
import { updateIncident } from '#services/incidents/update-incident.ts'
import { keepPostmortem, publishPostmortem } from '#services/incidents/write-postmortem.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { closeAfterMs } from '#services/status/measured.ts'
import { whyNotClosable } from '#services/status/standing.ts'
import type { UpdateWords } from '#services/status/status-order.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import { describeIncident, describeIncidentLine, readQuestion } from '../answers/describe-incident.ts'
import type { ApiParts } from '../api-parts.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

/** @param seen the version that he wants to change, of If-Match */
export function incidentOrderOf(
  parts: ApiParts,
  principal: Principal,
  seen: string | null = null,
): IncidentOrder {
  const { status, incidents, ownHosts } = parts
  return { ...directoryOrderOf(parts, principal, seen), status, incidents, ownHosts: ownHosts() }
}

/** What an update says beside its text, of a body. */
export function readWords({
  unaffected,
  todo,
  nextAt,
}: {
  readonly unaffected?: string
  readonly todo?: string
  readonly nextAt?: string
}): UpdateWords {
  return {
    ...(unaffected !== undefined && { unaffected }),
    ...(todo !== undefined && { todo }),
    ...(nextAt !== undefined && { nextAt: Date.parse(nextAt) }),
  }
}

/** One that he may know of: all for the house, for others what the public is told. @throws OrderError not-found */
export async function seenIncident(parts: ApiParts, principal: Principal, id: string): Promise<Incident> {
  const found = await parts.readIncidents.read(id)
  if (!found || (!found.isPublic && !isOfHouse(principal)))
    throw new OrderError('not-found', `there is no incident ${id}`)
  return found
}

/** `/api/v1/incidents`: what goes wrong, and what is said and done about it. */
export function incidentRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.incidents, async ({ principal, query }) => {
    const { open, state, component, after, limit = 25 } = query
    const house = isOfHouse(principal)
    const filter = {
      ...(open !== undefined && { open }),
      ...(state !== undefined && { state }),
      ...(component !== undefined && { component }),
      ...(!house && { isPublic: true }),
      after: after === undefined ? null : readAfter(after),
    }
    const found = await parts.readIncidents.list(filter, limit + 1)
    const lines = found.slice(0, limit)
    const last = lines.at(-1)
    return {
      lines: lines.map((each) => describeIncidentLine(each, house)),
      next: found.length > limit && last ? `${last.startedAt}.${last.id}` : null,
    }
  })
  addRoute(app, routes.incident, async ({ principal, params }) =>
    showIncident(parts, principal, await seenIncident(parts, principal, params.incident)),
  )
  addRoute(app, routes.incidentDraft, async ({ principal, params, query }) => {
    const incident = await seenIncident(parts, principal, params.incident)
    return { text: await makeDraft(parts, incident, query.audience ?? 'house', parts.clock.now()) }
  })
  addVerbs(app, parts)
}

function addVerbs(app: FastifyInstance, parts: ApiParts): void {
  const orderOf = (principal: Principal, seen?: string | null) => incidentOrderOf(parts, principal, seen)
  const show = (principal: Principal, incident: Incident) => showIncident(parts, principal, incident)
  /** The public reads at once what is told. */
  const tell = async (principal: Principal, incident: Incident) => {
    if (incident.isPublic) await parts.publishStatus()
    return show(principal, incident)
  }
  addRoute(app, routes.openIncident, async ({ principal, body }) => {
    const { startedAt, resolvedAt, unaffected, todo, nextAt, ...given } = body
    const incident = await openIncident(orderOf(principal), {
      ...given,
      ...readWords(body),
      ...(startedAt !== undefined && { startedAt: Date.parse(startedAt) }),
      ...(resolvedAt !== undefined && { resolvedAt: Date.parse(resolvedAt) }),
    })
    return tell(principal, incident)
  })
  addRoute(app, routes.updateIncident, async ({ principal, params, body, ifMatch }) => {
    const { unaffected, todo, nextAt, ...given } = body
    const update = { ...given, ...readWords(body) }
    return tell(principal, await updateIncident(orderOf(principal, ifMatch), params.incident, update))
  })
  addRoute(app, routes.nameIncidentCause, async ({ principal, params, body, ifMatch }) =>
    show(principal, await nameCause(orderOf(principal, ifMatch), params.incident, body)),
  )
  addRoute(app, routes.setIncidentQuestion, async ({ principal, params, body, ifMatch }) => {
    await setPredicate(orderOf(principal, ifMatch), params.incident, readQuestion(body))
    return show(principal, await measureIncident(orderOf(principal), parts.ledger, params.incident))
  })
  addRoute(app, routes.promiseReview, async ({ principal, params, body }) => {
    const promised = { what: body.what, due: Date.parse(body.due) }
    return show(principal, await promiseReview(orderOf(principal), params.incident, promised))
  })
  addRoute(app, routes.keepPromise, async ({ principal, params, body }) =>
    show(
      principal,
      await keepPromise(orderOf(principal), params.incident, params.promise, body.result, body),
    ),
  )
  addRoute(app, routes.nameIncidentDrill, async ({ principal, params, body, ifMatch }) =>
    show(principal, await nameDrill(orderOf(principal, ifMatch), params.incident, body)),
  )
  addRoute(app, routes.keepPostmortem, async ({ principal, params, body, ifMatch }) =>
    show(principal, await keepPostmortem(orderOf(principal, ifMatch), params.incident, body.text)),
  )
  addRoute(app, routes.publishPostmortem, async ({ principal, params, body, ifMatch }) =>
    tell(principal, await publishPostmortem(orderOf(principal, ifMatch), params.incident, body.note)),
  )
}

/** One of them as whoever asks may see it. */
export async function showIncident(
  parts: ApiParts,
  principal: Principal,
  incident: Incident,
): Promise<IncidentView> {
  const face = incident.isPublic ? await parts.status.incident(incident.id) : null
  const missing = isOver(incident) ? [] : [...missingToClose(incident), ...(await stillMeasured(parts, face))]
  const isSeen = incident.isUpstream && isOfHouse(principal)
  const faults = isSeen ? await parts.upstream.faults(0, parts.clock.now()) : []
  const upstream = faults.find((each) => each.incident === incident.id) ?? null
  return describeIncident(incident, face, isOfHouse(principal), missing, upstream)
}

/** What was measured as bad has to be good for a while before the public is told that it is over. */
async function stillMeasured(
  { readStatus, clock }: ApiParts,
  face: StatusIncident | null,
): Promise<string[]> {
  if (face === null) return []
  const now = clock.now()
  const [measured, overrides] = await Promise.all([readStatus.measured(), readStatus.overrides(now)])
  const why = whyNotClosable(face, measured, overrides, { closeAfterMs, now })
  return why === null ? [] : [why]
}

function readAfter(text: string) {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f]{12})$/.exec(text) ?? []
  if (at === undefined || id === undefined)
    throw new OrderError('wrong', 'after is what "next" of the page before says')
  return { startedAt: Number(at), id }
}

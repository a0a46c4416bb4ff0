import { type IncidentView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { countAffected, questionOf } from '#services/incidents/affected-mail.ts'
import { draftPostmortem } from '#services/incidents/draft-postmortem.ts'
import type { Incident } from '#services/incidents/incident.ts'
import type { IncidentOrder } from '#services/incidents/incident-order.ts'
import { measureIncident } from '#services/incidents/measure-incident.ts'
import { nameCause } from '#services/incidents/name-cause.ts'
import { openIncident } from '#services/incidents/open-incident.ts'
import { keepPromise, promiseReview } from '#services/incidents/promise-review.ts'
import { setPredicate } from '#services/incidents/set-predicate.ts'
import { updateIncident } from '#services/incidents/update-incident.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { describeIncident, describeIncidentLine, readQuestion } from '../answers/describe-incident.ts'
import type { ApiParts } from '../api-parts.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

const draftMs = 3000

/** The house itself is seen where nothing is left out. */
export const isOfHouse = ({ rights, tenants }: Principal) => rights.has('site.read') && tenants === null

export function incidentOrderOf(parts: ApiParts, principal: Principal): IncidentOrder {
  const { status, incidents } = parts
  return { ...directoryOrderOf(parts, principal), status, incidents }
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
    const { open, component, after, limit = 25 } = query
    const house = isOfHouse(principal)
    const filter = {
      ...(open !== undefined && { open }),
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
    show(parts, principal, await seenIncident(parts, principal, params.incident)),
  )
  addRoute(app, routes.incidentDraft, async ({ principal, params }) => {
    const incident = await seenIncident(parts, principal, params.incident)
    const now = parts.clock.now()
    const sums =
      incident.predicate === null
        ? null
        : await countAffected(parts.ledger, questionOf(incident, now), draftMs)
    const face = incident.isPublic ? await parts.status.incident(incident.id) : null
    return { text: draftPostmortem({ incident, face, sums, now }) }
  })
  addVerbs(app, parts)
}

function addVerbs(app: FastifyInstance, parts: ApiParts): void {
  const orderOf = (principal: Principal) => incidentOrderOf(parts, principal)
  addRoute(app, routes.openIncident, async ({ principal, body }) => {
    const { startedAt, resolvedAt, ...given } = body
    const incident = await openIncident(orderOf(principal), {
      ...given,
      ...(startedAt !== undefined && { startedAt: Date.parse(startedAt) }),
      ...(resolvedAt !== undefined && { resolvedAt: Date.parse(resolvedAt) }),
    })
    return show(parts, principal, incident)
  })
  addRoute(app, routes.updateIncident, async ({ principal, params, body }) =>
    show(parts, principal, await updateIncident(orderOf(principal), params.incident, body)),
  )
  addRoute(app, routes.nameIncidentCause, async ({ principal, params, body }) =>
    show(parts, principal, await nameCause(orderOf(principal), params.incident, body)),
  )
  addRoute(app, routes.setIncidentQuestion, async ({ principal, params, body }) => {
    await setPredicate(orderOf(principal), params.incident, readQuestion(body))
    return show(parts, principal, await measureIncident(orderOf(principal), parts.ledger, params.incident))
  })
  addRoute(app, routes.promiseReview, async ({ principal, params, body }) => {
    const promised = { what: body.what, due: Date.parse(body.due) }
    return show(parts, principal, await promiseReview(orderOf(principal), params.incident, promised))
  })
  addRoute(app, routes.keepPromise, async ({ principal, params, body }) =>
    show(
      parts,
      principal,
      await keepPromise(orderOf(principal), params.incident, params.promise, body.result),
    ),
  )
}

async function show(parts: ApiParts, principal: Principal, incident: Incident): Promise<IncidentView> {
  const face = incident.isPublic ? await parts.status.incident(incident.id) : null
  return describeIncident(incident, face, isOfHouse(principal))
}

function readAfter(text: string) {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f]{12})$/.exec(text) ?? []
  if (at === undefined || id === undefined)
    throw new OrderError('wrong', 'after is what "next" of the page before says')
  return { startedAt: Number(at), id }
}

import { Readable } from 'node:stream'
import { type AffectedLine, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { csvLine } from '#ground/platform/csv-line.ts'
import { recordAccess } from '#services/access/access-order.ts'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { type AffectedSums, countAffected, questionOf } from '#services/incidents/affected-mail.ts'
import { repairIncident } from '#services/incidents/repair-incident.ts'
import { repairs } from '#services/incidents/repair-task.ts'
import { checkPredicate } from '#services/incidents/set-predicate.ts'
import type { AffectedQuery } from '#services/ledger/ledger-store.ts'
import { listAffected } from '#services/ledger/list-affected.ts'
import { mailActionFrom } from '#services/search/mail-task.ts'
import { waitForEnd } from '#services/tasks/start-task.ts'
import { principalOf } from '../access/guard-access.ts'
import { describeAffected, readQuestion } from '../answers/describe-incident.ts'
import { describeTask } from '../answers/describe-task.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { incidentOrderOf, seenIncident } from './incidents.ts'

const countMs = 2000
const waitMs = 1200
const tenantsShown = 100

/** `/api/v1/incidents/ID/affected`: whom an incident hit, and what puts it right. */
export function incidentMailRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.incidentAffected, async ({ principal, params, query }) => {
    const question = await questionFor(parts, principal, params.incident)
    const { lines, next } = await parts.ledger.affected(question, query.after ?? '', query.limit ?? 25)
    const now = parts.clock.now()
    return { lines: lines.map((each) => describeAffected(each, now)), next }
  })
  addRoute(app, routes.incidentCounts, async ({ principal, params }) => {
    const question = await questionFor(parts, principal, params.incident)
    return countsOf(await countAffected(parts.ledger, question, countMs))
  })
  addRoute(app, routes.previewIncidentQuestion, async ({ principal, params, body }) => {
    const incident = await seenIncident(parts, principal, params.incident)
    const asked = { ...incident, predicate: checkPredicate(readQuestion(body)) }
    const question = questionOf(asked, parts.clock.now(), reachOfMail(principal))
    return countsOf(await countAffected(parts.ledger, question, countMs))
  })
  addRoute(app, routes.repairIncident, async ({ principal, params, body: { action } }) => {
    const needs = action === 'retry' || action === 'resend' ? 'queue.act' : 'quarantine.act'
    if (!principal.rights.has(needs)) throw problems.forbidden()
    await seenIncident(parts, principal, params.incident)
    const within = reachOfMail(principal)
    const order = incidentOrderOf(parts, principal)
    const { task } = await repairIncident(order, parts.ledger, parts.tasks, params.incident, {
      ...{ action, tenant: principal.tenant, ...(within && { within }) },
      lifeMs: parts.config['delivery.expiryInbound'],
      mayVirus: principal.rights.has('quarantine.virus'),
      // What is held is the queue's: whoever may release from quarantine alone releases nothing of it.
      mayHeld: principal.rights.has('queue.act'),
    })
    return describeTask(await waitForEnd(parts.tasks, task, waitMs))
  })
  addExport(app, parts)
}

async function questionFor(parts: ApiParts, principal: Principal, id: string): Promise<AffectedQuery> {
  const incident = await seenIncident(parts, principal, id)
  return questionOf(incident, parts.clock.now(), reachOfMail(principal))
}

function countsOf({ affected, isExact, states, tenants }: AffectedSums) {
  const listed = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([name, count]) => ({ name, count }))
  return {
    ...{ affected, isExact, states: listed(states), tenants: listed(tenants).slice(0, tenantsShown) },
    tenantCount: Object.keys(tenants).length,
    repairs: repairs.map((action) => ({
      action,
      count: mailActionFrom[action].reduce((sum, state) => sum + (states[state] ?? 0), 0),
    })),
  }
}

function addExport(app: FastifyInstance, parts: ApiParts): void {
  const { path, access, query, params } = routes.exportAffected
  app.get<{ Querystring: { format?: 'csv' | 'json' }; Params: { incident: string } }>(
    path,
    { config: { access, scoped: true }, schema: { querystring: query, params } },
    async (request, reply) => {
      const principal = principalOf(request)
      const { format = 'csv' } = request.query
      const { incident } = request.params
      const question = await questionFor(parts, principal, incident)
      const { who, ip, tenant } = principal
      const order = { access: parts.access, directory: parts.tenancy, at: parts.clock.now(), who, ip }
      // Somebody takes a list of mail with him: that is written down before the first line leaves.
      await recordAccess(order, 'incident-exported', tenant, { incident, format })
      const isCsv = format === 'csv'
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="incident-${incident}.${format}"`)
        .type(isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8')
        .send(Readable.from(isCsv ? csv(parts, question) : json(parts, question)))
    },
  )
}

const columns = [
  ...[
    'messageId',
    'n',
    'tenant',
    'mailFrom',
    'rcptTo',
    'subject',
    'happened',
    'happenedAt',
    'reason',
    'reply',
  ],
  ...['state', 'nextStep'],
] as const satisfies readonly (keyof AffectedLine)[]

async function* csv({ ledger, clock }: ApiParts, question: AffectedQuery): AsyncGenerator<string> {
  yield `${columns.join(',')}\n`
  for await (const each of listAffected(ledger, question)) {
    const line = describeAffected(each, clock.now())
    yield csvLine(columns.map((name) => String(line[name] ?? '')))
  }
}

async function* json({ ledger, clock }: ApiParts, question: AffectedQuery): AsyncGenerator<string> {
  let separator = '['
  for await (const each of listAffected(ledger, question)) {
    yield `${separator}\n${JSON.stringify(describeAffected(each, clock.now()))}`
    separator = ','
  }
  yield separator === '[' ? '[]\n' : '\n]\n'
}

import type { FastifyInstance } from 'fastify'
import { principalOf } from '../access/guard-access.ts'
import { describeOverview } from '../answers/describe-overview.ts'
import type { ApiContext } from './api-context.ts'
import { sendJson } from './send-tagged.ts'

/** `GET /api/v1/overview`: books, the last hour, alarms, facts of this node. */
export function overviewRoute(app: FastifyInstance, { parts, reads }: ApiContext): void {
  app.get(
    '/api/v1/overview',
    { config: { access: 'mail.read', scoped: true, ofPeople: true } },
    async (request, reply) =>
      sendJson(request, reply, await describeOverview(parts, reads, principalOf(request))),
  )
}

import { QueueQuery } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { reachOf } from '../access/guard-access.ts'
import { describeQueue } from '../answers/describe-queue.ts'
import type { ApiContext } from './api-context.ts'
import { sendJson } from './send-tagged.ts'

const mostHops = 1000

/** `GET /api/v1/queue`: what waits and what is held, by next hop. */
export function queueRoute(app: FastifyInstance, { parts, reads }: ApiContext): void {
  app.get<{ Querystring: QueueQuery }>(
    '/api/v1/queue',
    { config: { access: 'mail.read', scoped: true }, schema: { querystring: QueueQuery } },
    async (request, reply) =>
      sendJson(request, reply, await describeQueue(parts, reads, request.query, mostHops, reachOf(request))),
  )
}

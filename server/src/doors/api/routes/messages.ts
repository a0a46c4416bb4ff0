import type { FastifyInstance } from 'fastify'
import { reachOf } from '../access/guard-access.ts'
import { describeTrace } from '../answers/describe-trace.ts'
import type { ApiContext } from './api-context.ts'
import { sendJson } from './send-tagged.ts'

/** `GET /api/v1/messages/:id`: everything about one. */
export function messagesRoutes(app: FastifyInstance, { parts, reads }: ApiContext): void {
  const reading = { config: { access: 'mail.read', ofPeople: true } } as const
  app.get<{ Params: { id: string } }>('/api/v1/messages/:id', reading, async (request, reply) =>
    sendJson(request, reply, await describeTrace(parts, reads, request.params.id, reachOf(request))),
  )
}

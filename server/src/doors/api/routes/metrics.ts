import type { FastifyInstance } from 'fastify'
import type { ApiContext } from './api-context.ts'

/** `GET /metrics`: every figure of this process, as Prometheus reads them. */
export function metricsRoute(app: FastifyInstance, { parts }: ApiContext): void {
  const { registry } = parts.metrics
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}

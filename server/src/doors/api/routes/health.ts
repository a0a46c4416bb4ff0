import type { FastifyInstance } from 'fastify'
import type { ApiContext } from './api-context.ts'

/** `GET /health/live`: this process answers. `GET /health/ready`: new mail may come; 503 with reasons: it should not. */
export function healthRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  app.get('/health/live', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )
  app.get('/health/ready', async (_request, reply) => {
    const report = parts.health()
    return reply
      .header('cache-control', 'no-store')
      .code(report.ready ? 200 : 503)
      .send(report)
  })
}

import type { FastifyInstance } from 'fastify'
import type { ApiContext } from './api-context.ts'

/** `GET /health/live`: this process answers. `GET /health/ready`: new mail may come; 503 with reasons: it should not. */
export function healthRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const open = { config: { access: 'open' } } as const
  app.get('/health/live', open, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )
  app.get('/health/ready', open, async (_request, reply) => {
    const report = parts.health()
    return reply
      .header('cache-control', 'no-store')
      .code(report.ready ? 200 : 503)
      .send(report)
  })
}

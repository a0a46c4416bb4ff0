import type { FastifyInstance, FastifyRequest } from 'fastify'
import { problems } from '../api-problem.ts'
import { isLoopbackAddress } from '../loopback.ts'
import type { ApiContext } from './api-context.ts'

/**
 * `GET /metrics`: every figure of this process, as Prometheus reads them. For programs on this machine as they are; for
 * others with a key of the scope configuration.
 */
export function metricsRoute(app: FastifyInstance, context: ApiContext): void {
  const { registry } = context.parts.metrics
  app.get('/metrics', { config: { access: 'open' } }, async (request, reply) => {
    await assertMayMeasure(request, context)
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

async function assertMayMeasure(request: FastifyRequest, { who }: ApiContext): Promise<void> {
  // What a web server passes on comes from this machine too, but names who asked it.
  const isOwn = isLoopbackAddress(request.socket.remoteAddress ?? '') && !request.headers['x-forwarded-for']
  if (isOwn) return
  const { principal } = await who.of(request)
  if (principal === null) throw problems.signIn(request.headers.authorization !== undefined)
  if (!principal.rights.has('site.read')) throw problems.forbidden()
}

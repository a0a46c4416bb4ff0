import { openApiDocument, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/me`, `/api/v1/audit-log` and the contract itself: who asks, who did what, and what can be asked. */
export function accessRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { method, path: url, access } = routes.openapi
  app.route({
    method,
    url,
    config: { access },
    handler: async (_request, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(openApiDocument(parts.version, parts.config['console.url'] || '/'))),
  })
  addRoute(app, routes.me, async ({ principal: { who, tenant, domains, rights } }) => ({
    who,
    tenant,
    domains: domains && [...domains],
    rights: [...rights],
  }))
  addRoute(app, routes.auditLog, async ({ principal: { tenants }, query }) => {
    const { after, limit = 25 } = query
    const before = after === undefined ? null : Number(after)
    const lines = await parts.access.audit(tenants && [...tenants], before, limit + 1)
    const shown = lines.slice(0, limit)
    return {
      lines: shown.map(({ at, who, what, tenant, ip, detail }) => ({
        at: moment(at),
        who,
        what,
        tenant,
        ip,
        detail,
      })),
      next: lines.length > limit ? String(shown.at(-1)?.id) : null,
    }
  })
}

import { openApiDocument, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { ViewAs } from '#services/access/access-store.ts'
import { mayVouch } from '#services/access/principal.ts'
import { readTime } from '#services/ledger/read-time.ts'
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
  addRoute(app, routes.me, async ({ principal, signedIn }) => ({
    who: principal.who,
    name: principal.name,
    site: parts.config['node.name'],
    tenant: principal.tenant,
    domains: principal.domains && [...principal.domains],
    rights: [...principal.rights],
    vouches: mayVouch(principal, await parts.readTenancy.tenants()),
    viewAs: describeView(signedIn?.session.viewAs ?? null),
  }))
  addRoute(app, routes.auditLog, async ({ principal: { tenants }, query }) => {
    const { after, limit = 25, who, what, about, since, until } = query
    const before = after === undefined ? null : Number(after)
    const now = parts.clock.now()
    const lines = await parts.readAccess.audit(tenants && [...tenants], before, limit + 1, {
      ...(who && { who }),
      ...(what && { what }),
      ...(about && { about }),
      ...(since && { since: readTime('since', since, now) }),
      ...(until && { until: readTime('until', until, now) }),
    })
    const shown = lines.slice(0, limit)
    return {
      lines: shown.map(({ id, at, who, what, tenant, ip, detail }) => ({
        id,
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

function describeView(view: ViewAs | null) {
  return view && { ...view, until: moment(view.until) }
}

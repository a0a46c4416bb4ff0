import type { FastifyInstance } from 'fastify'
import type { Maintenance } from '#ground/platform/maintenance-file.ts'
import { pathWithin } from './access/path-within.ts'
import { problems } from './api-problem.ts'
import { maintenancePage } from './page/maintenance-page.ts'
import { plainLayout } from './page/plain-layout.ts'
import type { ApiContext } from './routes/api-context.ts'

/** What answers during maintenance too: what machines watch, what the page loads, and the switch itself. */
const always = /^\/(?:health\/|metrics$|assets\/|\.well-known\/|api\/v1\/maintenance$)/

/** Answers everything else with 503 and when to come again, while there is maintenance. Asks no store. */
export function guardMaintenance(
  app: FastifyInstance,
  { assets, brandOf }: Pick<ApiContext, 'assets' | 'brandOf'>,
  given: { readonly maintenance: () => Maintenance | null; readonly now: () => number },
): void {
  app.addHook('onRequest', async (request, reply) => {
    const maintenance = given.maintenance()
    const [path = ''] = request.url.split('?')
    if (maintenance === null || always.test(path)) return
    const now = given.now()
    const waitMs = Math.max(30_000, maintenance.until - now)
    reply.header('mailkeep-maintenance', 'on')
    const isForPeople = !path.startsWith('/api/') && (request.headers.accept?.includes('text/html') ?? false)
    if (!isForPeople) throw problems.maintenance(maintenance.text, waitMs)
    return reply
      .code(503)
      .header('retry-after', Math.ceil(waitMs / 1000))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(
        plainLayout(
          maintenancePage(maintenance, now, pathWithin(request.url)),
          assets,
          brandOf(request.headers.host),
        ),
      )
  })
}

import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { beginMaintenance, endMaintenance } from '#services/maintenance/switch-maintenance.ts'
import { moment } from '../answers/moment.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/maintenance`: closes the console for planned work, and opens it. */
export function maintenanceRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, tenancy, clock, folder, maintenance } = parts
  const orderOf = ({ who, ip }: Principal) => ({ access, directory: tenancy, at: clock.now(), who, ip })
  const show = async () => {
    await maintenance.look()
    const { now } = maintenance
    return { maintenance: now && { ...now, since: moment(now.since), until: moment(now.until) } }
  }
  addRoute(app, routes.maintenance, show)
  addRoute(app, routes.beginMaintenance, async ({ principal, body: { until, text = '' } }) => {
    const end = Date.parse(until)
    if (Number.isNaN(end)) throw problems.wrongQuery('until is a moment such as 2026-11-21T10:00:00Z')
    await beginMaintenance(orderOf(principal), folder, { until: end, text })
    return show()
  })
  addRoute(app, routes.endMaintenance, async ({ principal }) => {
    await endMaintenance(orderOf(principal), folder)
    return show()
  })
}

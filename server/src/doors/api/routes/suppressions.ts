import { routes, type SuppressionView } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { liftSuppression } from '#services/suppression/lift-suppression.ts'
import { listSuppressions } from '#services/suppression/list-suppressions.ts'
import { suppress } from '#services/suppression/suppress.ts'
import type { SuppressionOrder } from '#services/suppression/suppression-order.ts'
import type { Suppression } from '#services/suppression/suppression-store.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { withinOf } from './directory-page.ts'
import { directoryOrderOf } from './order-of.ts'

const dayMs = 86_400_000

/** `/api/v1/suppressions`: recipients that mail does not go to for a while. */
export function suppressionsRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { suppressions, readSuppressions } = parts
  const orderOf = (principal: Principal): SuppressionOrder => ({
    ...directoryOrderOf(parts, principal),
    suppressions,
  })
  addRoute(app, routes.suppressions, async ({ principal, query: { limit = 25, text, cause, after } }) => {
    const order = { ...orderOf(principal), suppressions: readSuppressions }
    const { lines, next } = await listSuppressions(order, withinOf(principal), {
      ...{ limit, ...(text !== undefined && { text }), ...(cause && { cause }) },
      ...(after !== undefined && { after }),
    })
    return { lines: lines.map(describe), next }
  })
  addRoute(app, routes.addSuppression, async ({ principal, body: { tenant, address, days = 365, note } }) =>
    describe(
      await suppress(orderOf(principal), {
        ...{ tenant, address, lastsMs: days * dayMs },
        ...(note !== undefined && { note }),
      }),
    ),
  )
  addRoute(app, routes.liftSuppression, async ({ principal, params }) => {
    await liftSuppression(orderOf(principal), params.suppression)
    return { removed: 1 }
  })
}

function describe({ addedAt, until, ...shown }: Suppression): SuppressionView {
  return { ...shown, addedAt: moment(addedAt), until: moment(until) }
}

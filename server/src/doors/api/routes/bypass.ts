import { type BypassView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { bypassRecipe } from '#services/bypass/bypass-recipe.ts'
import type { Bypass } from '#services/bypass/bypass-store.ts'
import { type BypassOrder, beginBypass, endBypass, listBypasses } from '#services/bypass/switch-bypass.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { findDomain } from './directory.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/domains/:domain/bypass`: a domain sends past us for a while. */
export function bypassRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { bypasses, config } = parts
  const orderOf = (principal: Principal): BypassOrder => ({
    ...directoryOrderOf(parts, principal),
    bypasses,
  })
  addRoute(app, routes.bypass, async ({ principal, params }) => {
    const { name } = await findDomain(parts, principal, params.domain)
    const found = (await listBypasses(orderOf(principal))).find((each) => each.domain === name)
    const { away, back } = bypassRecipe(name, config['site.host'])
    return { bypass: found ? describe(found) : null, away: [...away], back: [...back] }
  })
  addRoute(app, routes.beginBypass, async ({ principal, params, body: { why, hours = 24 } }) => {
    const { name } = await findDomain(parts, principal, params.domain)
    return describe(await beginBypass(orderOf(principal), name, { why, hours }))
  })
  addRoute(app, routes.endBypass, async ({ principal, params }) => {
    const { name } = await findDomain(parts, principal, params.domain)
    await endBypass(orderOf(principal), name)
    return { removed: 1 }
  })
}

function describe({ domain, since, until, why, who }: Bypass): BypassView {
  return { domain, since: moment(since), until: moment(until), why, who }
}

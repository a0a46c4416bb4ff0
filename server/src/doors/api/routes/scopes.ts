import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { findScopes } from '#services/access/find-scopes.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `GET /api/v1/scopes`: what somebody can limit his questions to. */
export function scopesRoute(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.scopes, async ({ principal, query: { q, here, kind, limit = 25 } }) => {
    const tree = { tenants: await parts.tenancy.tenants(), domains: await parts.tenancy.domains() }
    const found = findScopes(principal, tree, q, kind)
    const present =
      here === undefined ? null : findScopes(principal, tree).find((each) => each.scope === here)
    if (present === undefined) throw problems.notFound(`There is no ${here} in your reach.`)
    return {
      here: present && toLine(present),
      lines: found.slice(0, limit).map(toLine),
      inAll: found.length,
    }
  })
}

function toLine<Line extends { readonly above: readonly string[] }>({ above, ...line }: Line) {
  return { ...line, above: [...above] }
}

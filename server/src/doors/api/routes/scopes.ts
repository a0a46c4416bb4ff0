import { routes, type ScopeLine } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import { findScopes } from '#services/access/find-scopes.ts'
import { isOfPeopleAlone, type Principal } from '#services/access/principal.ts'
import type { PeopleScope } from '#services/directory/directory-views.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { withinOf } from './directory-page.ts'

/** `GET /api/v1/scopes`: what somebody can limit his questions to. */
export function scopesRoute(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.scopes, async ({ principal, query: { q = '', here, kind, limit = 25 } }) => {
    const tree = { tenants: await parts.tenancy.tenants(), domains: await parts.tenancy.domains() }
    const found = findScopes(principal, tree, q, kind === 'all' ? undefined : kind).map(toLine)
    const lines = kind === 'all' ? [...found, ...(await findPeople(parts, principal, q, limit))] : found
    const present =
      here === undefined
        ? null
        : isOfPeople(here)
          ? await findOne(parts, principal, here)
          : findScopes(principal, tree).find((each) => each.scope === here)
    if (present === undefined) throw problems.notFound(`There is no ${here} in your reach.`)
    return { here: present && toLine(present), lines: lines.slice(0, limit), inAll: lines.length }
  })
}

/** Nobody leafs through all people of a house; who has only some finds them without a text. */
async function findPeople(
  { directoryViews }: ApiParts,
  principal: Principal,
  text: string,
  limit: number,
): Promise<ScopeLine[]> {
  if (text === '' && !isOfPeopleAlone(principal)) return []
  const found = await directoryViews.peopleScopes(text.toLowerCase(), withinOf(principal), limit + 1)
  return found.map(lineOf)
}

async function findOne({ directoryViews }: ApiParts, principal: Principal, scope: string) {
  const found = await directoryViews.peopleScope(scope, withinOf(principal))
  return found ? lineOf(found) : undefined
}

function lineOf({ scope, domain, name }: PeopleScope): ScopeLine {
  return { scope, level: scope.startsWith('user:') ? 'user' : 'group', name, above: [domain] }
}

function toLine<Line extends { readonly above: readonly string[] }>({ above, ...line }: Line) {
  return { ...line, above: [...above] }
}

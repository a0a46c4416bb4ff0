import { routes, type GroupLine as Shown } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import type { GroupLine } from '#services/directory/directory-views.ts'
import { addGroup, changeMembers, removeGroup } from '#services/directory/write-group.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { pageOf, toPage, withinOf } from './directory-page.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/groups`: people of a domain that have settings in common. */
export function groupRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { directoryViews: views } = parts
  addRoute(app, routes.groups, async ({ principal, query }) => {
    const page = pageOf(principal, query)
    return toPage(await views.groupLines(page, query.domain), page, (each) => each.id, show)
  })
  addRoute(app, routes.addGroup, async ({ principal, body }) => {
    const { id } = await addGroup(directoryOrderOf(parts, principal), body.domain, body.name)
    await parts.publish()
    return show(await findGroup(parts, principal, id))
  })
  addRoute(app, routes.group, async ({ principal, params }) =>
    show(await findGroup(parts, principal, params.group)),
  )
  addRoute(app, routes.changeMembers, async ({ principal, params, body }) => {
    const group = await findGroup(parts, principal, params.group)
    const change = { add: body.add ?? [], remove: body.remove ?? [] }
    await changeMembers(directoryOrderOf(parts, principal), group, change)
    await parts.publish()
    return show(await findGroup(parts, principal, group.id))
  })
  addRoute(app, routes.removeGroup, async ({ principal, params }) => {
    await removeGroup(directoryOrderOf(parts, principal), await findGroup(parts, principal, params.group))
    await parts.publish()
    return { removed: 1 }
  })
}

const show = ({ settings: _settings, ...line }: GroupLine): Shown => ({ ...line })

async function findGroup(parts: ApiParts, principal: Principal, id: string): Promise<GroupLine> {
  const found = await parts.directoryViews.groupLine(id, withinOf(principal))
  if (!found) throw problems.notFound(`There is no group ${id} in your reach.`)
  return found
}

import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { beginView, endView } from '#services/access/view-as.ts'
import { endOneSession, endSessions } from '#services/access/write-manager.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { ownAccount } from '../access/own-account.ts'
import { sessionIdOf } from '../answers/describe-manager.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** Sessions of a manager, and looking with the eyes of somebody else. */
export function accountSessionRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access } = parts
  const { mineOf, orderOf, show } = ownAccount(parts)

  addRoute(app, routes.endSession, async (asked) => {
    const mine = mineOf(asked)
    const found = (await access.sessionsOf(mine.manager.id)).find(
      (each) => sessionIdOf(each) === asked.params.session,
    )
    if (!found) throw new OrderError('not-found', 'there is no such session of yours')
    await endOneSession(orderOf(mine), mine.manager, found)
    return show(mine)
  })
  addRoute(app, routes.endOtherSessions, async (asked) => {
    const mine = mineOf(asked)
    await endSessions(orderOf(mine), mine.manager, mine.session.hash)
    return show(mine)
  })

  addRoute(app, routes.beginView, async (asked) => {
    const mine = mineOf(asked)
    if (mine.session.viewAs !== null) throw problems.onlyViewing()
    const { tenant, role, domain, reason, minutes = 30 } = asked.body
    const view = { tenant, role, domain: domain?.toLowerCase() ?? null, reason }
    const order = orderOf(mine)
    const until = order.at + minutes * 60_000
    await beginView(
      order,
      { principal: asked.principal, session: mine.session },
      { ...view, until },
      (scope, within) => parts.directoryViews.peopleScope(scope, within),
    )
    return { done: 1 }
  })
  addRoute(app, routes.endView, async (asked) => {
    const mine = mineOf(asked)
    return { done: (await endView(orderOf(mine), mine.session)) ? 1 : 0 }
  })
}

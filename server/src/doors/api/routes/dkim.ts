import { type DkimKeyView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { checkKey } from '#services/dkim/check-keys.ts'
import { type DkimOrder, domainInReach, recordOf } from '#services/dkim/dkim-order.ts'
import type { DkimKey } from '#services/dkim/dkim-store.ts'
import { makeKey } from '#services/dkim/make-key.ts'
import { removeKey } from '#services/dkim/remove-key.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/domains/:domain/dkim-keys`: what signs mail of a domain. */
export function dkimRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { dkim, publish } = parts
  const orderOf = (principal: Principal): DkimOrder => ({
    ...directoryOrderOf(parts, principal),
    dkim,
    resolver: parts.resolver,
  })
  addRoute(app, routes.dkimKeys, async ({ principal, params }) => {
    const domain = await domainInReach(orderOf(principal), params.domain)
    return { lines: (await dkim.keys(domain.name)).map(describe) }
  })
  addRoute(app, routes.makeDkimKey, async ({ principal, params, body }) =>
    describe(await makeKey(orderOf(principal), params.domain, body.algorithm)),
  )
  addRoute(app, routes.checkDkimKeys, async ({ principal, params }) => {
    const order = orderOf(principal)
    const domain = await domainInReach(order, params.domain)
    const waiting = (await dkim.keys(domain.name)).filter((each) => each.state !== 'retired')
    const checked = []
    for (const each of waiting) checked.push(await checkKey(order, each, domain.tenant))
    if (checked.some((each) => each.changed)) await publish()
    return { lines: checked.map(({ key, found }) => ({ key: describe(key), found })) }
  })
  addRoute(app, routes.removeDkimKey, async ({ principal, params }) => {
    await removeKey(orderOf(principal), params.domain, params.selector)
    await publish()
    return { removed: 1 }
  })
}

function describe(key: DkimKey): DkimKeyView {
  const { domain, selector, algorithm, state, madeAt, madeBy, activeAt, retiredAt, checkedAt } = key
  return {
    ...{ domain, selector, algorithm, state, madeBy, record: recordOf(key) },
    madeAt: moment(madeAt),
    activeAt: momentOrNull(activeAt),
    retiredAt: momentOrNull(retiredAt),
    checkedAt: momentOrNull(checkedAt),
  }
}

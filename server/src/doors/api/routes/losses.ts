import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { confirmShrink } from '#services/directory/confirm-shrink.ts'
import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import type { LossGuard } from '#services/directory/loss-guard.ts'
import { type Loss, lossesInReach, lossesOf } from '#services/directory/losses-in-reach.ts'
import { restoreLost } from '#services/directory/restore-lost.ts'
import { whyNoLoss } from '#services/directory/why-no-loss.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/directory/losses`: what is gone from the directory, stays in force, and waits for a word. */
export function lossRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { snapshots } = parts
  addRoute(app, routes.losses, async ({ principal }) => ({
    lines: (await lossesInReach(orderOf(parts, principal), snapshots)).map(shown),
  }))
  addRoute(app, routes.confirmLoss, async ({ principal, params, body }) => {
    const loss = await findLoss(parts, principal, params.domain)
    await confirmShrink(orderOf(parts, principal), guardOf(parts), loss.domain, body.lost)
    await parts.publish()
    return shown(loss)
  })
  addRoute(app, routes.restoreLoss, async ({ principal, params }) => {
    const { domain } = await findLoss(parts, principal, params.domain)
    const restored = await restoreLost(orderOf(parts, principal), snapshots, domain, 'unconfirmed')
    await parts.publish()
    return { ...restored, over: [...restored.over] }
  })
}

/** What of these (domains, or `*`) is held back, or will be, after somebody has removed something. */
export async function heldOf(parts: ApiParts, principal: Principal, domains: Iterable<string>) {
  return (await lossesOf(orderOf(parts, principal), guardOf(parts), domains)).map(shown)
}

/** @throws ApiProblem where none such waits in reach, with what is the matter instead, or where it is not his to decide */
async function findLoss(parts: ApiParts, principal: Principal, name: string): Promise<Loss> {
  const [order, guard, domain] = [orderOf(parts, principal), guardOf(parts), name.toLowerCase()]
  const [loss] = await lossesOf(order, guard, [domain])
  if (!loss) throw problems.noLoss(await whyNoLoss(order, guard, domain))
  if (!loss.mayDecide)
    throw problems.notAllowed('Lost domains of several tenants are decided about together, by the operator.')
  return loss
}

const shown = ({ names, ...loss }: Loss) => ({ ...loss, names: [...names] })

function guardOf({ snapshots, config }: ApiParts): LossGuard {
  return { snapshots, shrinkPercent: config['directory.shrinkPercent'], graceMs: config['directory.grace'] }
}

/** Who reaches the house decides about lost domains too. */
function orderOf(parts: ApiParts, principal: Principal): DirectoryOrder {
  const { reach, ...order } = directoryOrderOf(parts, principal)
  return principal.tenants === null || reach === undefined ? order : { ...order, reach }
}

import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { freeSender, resetSender, type SuspendedOrder } from '#services/senders/order-sender.ts'
import { suspendSender } from '#services/senders/suspend-sender.ts'
import { keyOf } from '../answers/key-of.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/suspended-senders`: mailboxes that send as stolen ones do, and what managers decide. */
export function senderRoutes(app: FastifyInstance, { parts, reads }: ApiContext): void {
  const { senders, readSenders, clock, config, publish } = parts
  const orderOf = (principal: Principal, address: string): SuspendedOrder => {
    const within = reachOfMail(principal)
    const { who, ip } = principal
    return {
      ...{ senders, sender: address, who, ip, at: clock.now(), lifeMs: config['delivery.expiryOutbound'] },
      ...(within && { within }),
    }
  }
  addRoute(app, routes.suspendedSenders, async ({ principal, query }) => {
    const { after, limit = 25 } = query
    const within = reachOfMail(principal)
    const wanted = { ...(after !== undefined && { after }), ...(within && { within }) }
    const found = await reads.ask('suspended senders', `${keyOf(within)} ${JSON.stringify(query)}`, () =>
      readSenders.suspended(wanted, limit + 1),
    )
    const lines = found.value?.slice(0, limit) ?? null
    const hasMore = (found.value?.length ?? 0) > limit
    return {
      completeUpTo: reads.completeUpTo,
      lines: {
        ...found,
        value:
          lines?.map(({ sender, tenant, since, why, held }) => ({
            ...{ address: sender, tenant, since: moment(since), why: [...why], held },
          })) ?? null,
      },
      next: hasMore ? (lines?.at(-1)?.sender ?? null) : null,
    }
  })
  addRoute(app, routes.suspendSender, async ({ principal, body: { address, why } }) => ({
    address: await suspendSender({ ...directoryOrderOf(parts, principal), senders }, address, why),
  }))
  addRoute(app, routes.freeSender, async ({ principal, params: { address } }) => ({
    address,
    deliveries: await freeSender(orderOf(principal, address)),
  }))
  addRoute(app, routes.resetSender, async ({ principal, params: { address } }) => {
    const done = await resetSender(orderOf(principal, address))
    // The passwords open nothing once mail runs from the new snapshot.
    await publish()
    return { address, ...done }
  })
}

import { routes, type SendingAddressView, type SendingReceiverView } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { addAddress } from '#services/sending/add-address.ts'
import { changeAddress, removeAddress } from '#services/sending/change-address.ts'
import {
  type AddressView,
  listAddresses,
  listReceivers,
  pathStateOf,
} from '#services/sending/list-addresses.ts'
import type { SendingOrder } from '#services/sending/sending-order.ts'
import { showAddress } from '#services/sending/show-address.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

type Figures = Awaited<ReturnType<typeof listReceivers>>[number]
type Plan = AddressView['warmUp']

/** `/api/v1/sending`: addresses that mail leaves by. */
export function sendingRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { sending, readSending, resolver, config, clock } = parts
  const orderOf = (principal: Principal): SendingOrder => ({
    ...directoryOrderOf(parts, principal),
    ...{ ...sending, resolver },
  })
  addRoute(app, routes.sendingAddresses, async ({ principal }) => {
    const found = await listAddresses({ ...orderOf(principal), ...readSending })
    return { lines: found.map(describe) }
  })
  addRoute(app, routes.addSendingAddress, async ({ principal, body }) => {
    const { ip, pool, helo = config['site.host'], warmUp = null } = body
    return done(await addAddress(orderOf(principal), { ip, pool, helo, warmUp }))
  })
  addRoute(app, routes.sendingAddress, async ({ principal, params }) => {
    const found = await showAddress({ ...orderOf(principal), ...readSending }, params.ip)
    return { ...describe(found), days: [...found.days], growth: [...found.growth] }
  })
  addRoute(app, routes.changeSendingAddress, async ({ principal, params, body }) =>
    done(await changeAddress(orderOf(principal), params.ip, body)),
  )
  addRoute(app, routes.removeSendingAddress, async ({ principal, params }) => {
    await removeAddress(orderOf(principal), params.ip)
    return { removed: 1 }
  })
  addRoute(app, routes.sendingReceivers, async ({ query }) => {
    const { ip = null, receiver = null, after, limit = 25 } = query
    const now = clock.now()
    const lines = await listReceivers(
      { ...readSending, at: now },
      { ip, receiver: receiver?.toLowerCase() ?? null, after: readAfter(after), limit: limit + 1 },
    )
    const last = lines[limit - 1]
    const next = lines.length > limit && last ? `${last.ip} ${last.receiver}` : null
    return { lines: lines.slice(0, limit).map((each) => describeFigures(each, now)), next }
  })
}

function done({ address: { ip, state, helo, warmUp }, warnings }: Awaited<ReturnType<typeof addAddress>>) {
  return { ip, state, helo, warmUp: describePlan(warmUp), warnings }
}

function describe(view: AddressView): SendingAddressView {
  const { ip, pool, helo, state, from, addedBy, counts, listings } = view
  return {
    ...{ ip, pool, helo, state, from, addedBy, counts },
    warmUp: describePlan(view.warmUp),
    addedAt: momentOrNull(view.addedAt),
    listings: listings.map(({ zone, state, text, since, checkedAt }) => ({
      ...{ zone, state, text },
      since: moment(since),
      checkedAt: moment(checkedAt),
    })),
  }
}

function describePlan(plan: Plan) {
  return plan && { ...plan, since: moment(plan.since) }
}

function describeFigures(figures: Figures, now: number): SendingReceiverView {
  const { ip, receiver, counts, memory } = figures
  const later = (at: number | undefined) => (at !== undefined && at > now ? moment(at) : null)
  return {
    ...{ ip, receiver, counts, state: pathStateOf(figures, now) },
    perMinute: memory?.perMinute ?? null,
    quietUntil: later(memory?.quietUntil),
    outUntil: later(memory?.outUntil),
    words: memory?.words ?? '',
  }
}

/** `ADDRESS RECEIVER`, as `next` gave it; the address may be empty. */
function readAfter(text: string | undefined): { ip: string; receiver: string } | null {
  if (text === undefined) return null
  const space = text.indexOf(' ')
  return { ip: text.slice(0, Math.max(0, space)), receiver: text.slice(space + 1) }
}

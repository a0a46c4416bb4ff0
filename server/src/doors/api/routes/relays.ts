import { type MailPasswordView, type RelayView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { addRelay } from '#services/relay/add-relay.ts'
import { listRelays } from '#services/relay/list-relays.ts'
import { makePassword, removePassword, submitterInReach } from '#services/relay/mail-passwords.ts'
import type { RelayOrder } from '#services/relay/relay-order.ts'
import type { MailPassword, Relay } from '#services/relay/relay-store.ts'
import { removeRelay } from '#services/relay/remove-relay.ts'
import { describeMailProgram } from '../answers/describe-mail-program.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/relays` and passwords of people: who may send to the world through here. */
export function relaysRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { relays, newId, publish } = parts
  const orderOf = (principal: Principal): RelayOrder => ({
    ...directoryOrderOf(parts, principal),
    relays,
    newId,
  })
  addRoute(app, routes.mailProgram, async () => describeMailProgram(parts.config))
  addRoute(app, routes.relays, async ({ principal, query: { after = '', limit = 25 } }) => {
    const tenants = principal.tenants && [...principal.tenants]
    const { lines, next } = await listRelays(orderOf(principal), tenants, after, limit)
    return { lines: lines.map(describeRelay), next }
  })
  addRoute(app, routes.addRelay, async ({ principal, body }) => {
    const { relay, password } = await addRelay(orderOf(principal), body)
    await publish()
    return { relay: describeRelay(relay), password }
  })
  addRoute(app, routes.removeRelay, async ({ principal, params }) => {
    await removeRelay(orderOf(principal), params.relay)
    await publish()
    return { removed: 1 }
  })
  addRoute(app, routes.mailPasswords, async ({ principal, params }) => {
    const { login } = await submitterInReach(orderOf(principal), params.address)
    return { lines: (await relays.passwords(login)).map(describePassword), next: null }
  })
  addRoute(app, routes.makeMailPassword, async ({ principal, params, body }) => {
    const order = orderOf(principal)
    const submitter = await submitterInReach(order, params.address)
    const { password, shown } = await makePassword(order, { ...submitter, name: body.name })
    await publish()
    return { password: describePassword(password), secret: shown }
  })
  addRoute(app, routes.removeMailPassword, async ({ principal, params }) => {
    const order = orderOf(principal)
    await removePassword(order, await submitterInReach(order, params.address), params.password)
    await publish()
    return { removed: 1 }
  })
}

function describeRelay({ addedAt, domains, ...shown }: Relay): RelayView {
  return { ...shown, domains: [...domains], addedAt: moment(addedAt) }
}

function describePassword({ record: _secret, madeAt, ...shown }: MailPassword): MailPasswordView {
  return { ...shown, madeAt: moment(madeAt) }
}

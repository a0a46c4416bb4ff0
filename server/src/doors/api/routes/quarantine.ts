import { type QuarantineDone, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import {
  deleteMessage,
  type QuarantineOrder,
  releaseMessage,
} from '#services/quarantine/act-on-quarantine.ts'
import { describeQuarantine } from '../answers/describe-quarantine.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/quarantine`: what is set aside; letting it go, and deleting it. */
export function quarantineRoutes(app: FastifyInstance, { parts, reads }: ApiContext): void {
  const { config, quarantine, ledger, tenancy, clock } = parts
  const orderOf = (
    principal: Principal,
    messageId: string,
    recipients?: readonly string[],
  ): QuarantineOrder => {
    const { who, ip, rights } = principal
    const within = reachOfMail(principal)
    return {
      quarantine,
      ledger,
      directory: tenancy,
      messageId,
      mayVirus: rights.has('quarantine.virus'),
      at: clock.now(),
      who,
      ip,
      ...(recipients && { recipients }),
      ...(within && { within }),
    }
  }

  addRoute(app, routes.quarantine, ({ principal, query }) =>
    describeQuarantine(parts, reads, query, reachOfMail(principal)),
  )
  addRoute(app, routes.releaseQuarantined, async ({ principal, params, body }): Promise<QuarantineDone> => {
    const rescan = config['antivirus.backends'].length > 0
    const order = orderOf(principal, params.id, body.recipients)
    const done = await releaseMessage(order, config['delivery.expiryInbound'], rescan)
    return { messageId: params.id, done, rescan }
  })
  addRoute(app, routes.deleteQuarantined, async ({ principal, params, body }): Promise<QuarantineDone> => {
    const done = await deleteMessage(orderOf(principal, params.id, body.recipients))
    return { messageId: params.id, done, rescan: false }
  })
}

import { type QuarantineDone, type QuarantineManyOrder, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import {
  deleteMessage,
  type QuarantineOrder,
  releaseMessage,
} from '#services/quarantine/act-on-quarantine.ts'
import { type Listed, type ListLevel, listItsSender } from '#services/quarantine/list-its-sender.ts'
import { countMany, type ManyOrder, orderMany } from '#services/quarantine/order-many.ts'
import { reportFalseAlarm } from '#services/reports/report-false-alarm.ts'
import { describeQuarantine } from '../answers/describe-quarantine.ts'
import { describeQuarantineSummary } from '../answers/describe-quarantine-summary.ts'
import { describeTask } from '../answers/describe-task.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** What an answer waits for; longer work goes on behind it. */
const waitMs = 1500

/** `/api/v1/quarantine`: what is set aside; letting it go, deleting it, and what to do with its sender. */
export function quarantineRoutes(app: FastifyInstance, context: ApiContext): void {
  const { parts, reads } = context
  const { config, ledger, tenancy, clock } = parts
  const door = new PolicyDoor(parts)
  const orderOf = (
    principal: Principal,
    messageId: string,
    recipients?: readonly string[],
  ): QuarantineOrder & { readonly ip: string } => {
    const { who, ip, rights } = principal
    const within = reachOfMail(principal)
    return {
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
  const listSender = (
    principal: Principal,
    order: QuarantineOrder & { readonly ip: string },
    kind: 'allow' | 'block',
    level: ListLevel = 'user',
  ): Promise<Listed> => {
    const mayList = principal.rights.has('lists.write')
    return listItsSender({ ...order, ...door.order(principal), level, mayList }, kind)
  }

  addRoute(app, routes.quarantine, ({ principal, query }) =>
    describeQuarantine(parts, reads, query, reachOfMail(principal)),
  )
  addRoute(app, routes.quarantineSummary, ({ principal }) =>
    describeQuarantineSummary(parts, reads, reachOfMail(principal)),
  )
  addRoute(app, routes.releaseQuarantined, async ({ principal, params, body }): Promise<QuarantineDone> => {
    const order = orderOf(principal, params.id, body.recipients)
    // First, since it may be refused: nobody has to guess then how much of the order was done.
    const listed = body.allow && (await listSender(principal, order, 'allow', body.allow))
    const done = await releaseMessage(order, config['delivery.expiryInbound'])
    return { messageId: params.id, done, rescan: true, ...(listed && { listed: describeListed(listed) }) }
  })
  addRoute(app, routes.deleteQuarantined, async ({ principal, params, body }): Promise<QuarantineDone> => {
    const done = await deleteMessage(orderOf(principal, params.id, body.recipients))
    return { messageId: params.id, done, rescan: false }
  })
  addRoute(app, routes.blockQuarantined, async ({ principal, params, body }): Promise<QuarantineDone> => {
    const order = orderOf(principal, params.id, body.recipients)
    const listed = await listSender(principal, order, 'block', body.level)
    const done = body.delete ? await deleteMessage(order) : 0
    return { messageId: params.id, done, rescan: false, listed: describeListed(listed) }
  })
  addRoute(app, routes.reportQuarantined, async ({ principal, params, body }) => {
    const order = { ...orderOf(principal, params.id), reports: parts.reports, note: body.note ?? '' }
    return { messageId: params.id, isNew: (await reportFalseAlarm(order)) > 0 }
  })
  addOrdersForMany(app, context)
}

function describeListed({ entry, levels }: Listed): NonNullable<QuarantineDone['listed']> {
  return { entry, levels: [...levels] }
}

function addOrdersForMany(app: FastifyInstance, { parts }: ApiContext): void {
  const { config, readQuarantine, tasks } = parts
  const readOrder = (principal: Principal, { action, selection, expect }: QuarantineManyOrder): ManyOrder => {
    const { who, ip, tenant, rights } = principal
    const within = reachOfMail(principal)
    const { messageIds, lines, exceptLines, ...conditions } = selection
    return {
      quarantine: readQuarantine,
      tasks,
      action,
      conditions,
      chosen: {
        ...(messageIds && { messageIds }),
        ...(lines && { lines }),
        ...(exceptLines && { exceptLines }),
        ...(within && { within }),
      },
      mayVirus: rights.has('quarantine.virus'),
      ...(expect !== undefined && { expect }),
      ...{ who, ip, tenant },
      lifeMs: config['delivery.expiryInbound'],
    }
  }

  addRoute(app, routes.previewQuarantineOrder, async ({ principal, body }) => {
    const order = readOrder(principal, body)
    return { ...(await countMany(order)), mayVirus: order.mayVirus }
  })
  addRoute(app, routes.orderQuarantine, async ({ principal, body }) =>
    describeTask(await orderMany(readOrder(principal, body), waitMs)),
  )
}

import { type QueueOrder as Order, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { readTime } from '#services/ledger/read-time.ts'
import { countTargets, type QueueOrder } from '#services/queue/act-on-queue.ts'
import type { QueueTaskOrder } from '#services/queue/queue-task.ts'
import { startAndWait } from '#services/tasks/start-task.ts'
import { lanesTo } from '../answers/describe-queue.ts'
import { describeTask } from '../answers/describe-task.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** What an answer waits for; longer work goes on behind it. */
const waitMs = 1500
/** Mail comes in while people read: a tenth more than they were shown is still what they meant. */
const moreThanExpected = 1.1

/** Orders to the queue: how many they would touch, and doing it. */
export function queueOrderRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const readOrder = async (
    principal: Principal,
    { action, selection, nextHop }: Order,
  ): Promise<QueueOrder> => {
    // A next hop may be a folder or a port of this machine: choosing one is the operator's.
    if (action === 'reroute' && !principal.rights.has('site.write')) throw problems.forbidden()
    const within = reachOfMail(principal)
    const { before, hop, ...others } = selection
    return {
      queue: parts.orderQueue,
      action,
      selection: {
        ...others,
        ...(before !== undefined && { before: readTime('before', before, parts.clock.now()) }),
        ...(hop !== undefined && { hop, lanes: await lanesTo(parts, hop, within) }),
        ...(within && { within }),
      },
      all: false,
      at: parts.clock.now(),
      who: principal.who,
      ip: principal.ip,
      ...(action === 'reroute' && nextHop !== undefined && { via: readHop(nextHop) }),
    }
  }
  const readHop = (text: string): string => {
    try {
      parts.checkNextHop(text)
      return text
    } catch (cause) {
      throw problems.wrongQuery((cause as Error).message)
    }
  }

  addRoute(app, routes.previewQueueOrder, async ({ principal, body }) => ({
    deliveries: await countTargets(await readOrder(principal, body)),
  }))
  addRoute(app, routes.orderQueue, async ({ principal, body }) => {
    const order = await readOrder(principal, body)
    const total = await countTargets(order)
    if (body.expect !== undefined && total > body.expect * moreThanExpected)
      throw problems.busy(
        `This would touch ${total} deliveries, and you were shown ${body.expect}. Look again.`,
      )
    const { action, selection, via } = order
    const told: QueueTaskOrder = { action, selection, ...(via !== undefined && { via }) }
    const { who, ip, tenant } = principal
    const given = { kind: `queue-${action}`, who, ip, tenant, order: { ...told }, total }
    return describeTask(await startAndWait(parts.tasks, given, waitMs))
  })
}

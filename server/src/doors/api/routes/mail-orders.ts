import { type MailOrder as Asked, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { countMail } from '#services/search/count-mail.ts'
import type { MailFilter } from '#services/search/mail-filter.ts'
import { type MailAction, type MailOrder, targetsOf } from '#services/search/mail-task.ts'
import { startAndWait } from '#services/tasks/start-task.ts'
import { linesOf } from '../answers/describe-counts.ts'
import { filterOf } from '../answers/describe-found.ts'
import { describeTask } from '../answers/describe-task.ts'
import { orAway } from '../answers/or-away.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** What an answer waits for; longer work goes on behind it. */
const waitMs = 1200
const countBudgetMs = 1500
/** Mail comes in while people read: a tenth more than they were shown is still what they meant. */
const moreThanExpected = 1.1
const tenantsShown = 100

/** Orders to all that a question finds: how many they would touch, and doing it. */
export function mailOrderRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const readOrder = (principal: Principal, { action, question }: Asked): MailOrder => {
    const needs = action === 'retry' || action === 'resend' ? 'queue.act' : 'quarantine.act'
    if (!principal.rights.has(needs)) throw problems.forbidden()
    const now = parts.clock.now()
    const { within, ...conditions } = filterOf(question, principal, now)
    if (Object.keys(conditions).length === 0)
      throw problems.wrongQuery('Which mail? A question to act on names at least one condition.')
    const filter = { ...conditions, ...(within && { within }) }
    return {
      action,
      // What comes in later is not meant.
      filter: { ...withinRights(filter, action, principal), until: Math.min(filter.until ?? now, now) },
      lifeMs: parts.config['delivery.expiryInbound'],
      mayVirus: principal.rights.has('quarantine.virus'),
    }
  }
  const count = (order: MailOrder) => orAway(countMail(parts.search, targetsOf(order), countBudgetMs))

  addRoute(app, routes.previewMailOrder, async ({ principal, body }) => {
    const { total, tenants, countedBackTo } = await count(readOrder(principal, body))
    return {
      deliveries: total,
      isExact: countedBackTo === null,
      tenants: linesOf(tenants).slice(0, tenantsShown),
    }
  })
  addRoute(app, routes.orderMail, async ({ principal, body }) => {
    const order = readOrder(principal, body)
    const { total, countedBackTo } = await count(order)
    if (body.expect !== undefined && total > body.expect * moreThanExpected)
      throw problems.busy(
        `This would touch ${total} deliveries, and you were shown ${body.expect}. Look again.`,
      )
    const { who, ip, tenant } = principal
    const counted: MailOrder = { ...order, isCounted: countedBackTo === null }
    const given = { kind: `mail-${order.action}`, who, ip, tenant, order: { ...counted }, total }
    return describeTask(await startAndWait(parts.tasks, given, waitMs))
  })
}

/** What is held is the queue's: whoever may release from quarantine alone releases nothing of it. */
function withinRights(filter: MailFilter, action: MailAction, { rights }: Principal): MailFilter {
  if (action !== 'release' || rights.has('queue.act')) return filter
  const { states = ['quarantined'] } = filter
  return { ...filter, states: states.filter((each) => each === 'quarantined') }
}

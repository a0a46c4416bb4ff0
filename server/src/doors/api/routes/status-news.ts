import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { OrderError } from '#services/ledger/order-error.ts'
import { cancelMaintenance, moveMaintenance } from '#services/status/move-maintenance.ts'
import { scheduleMaintenance } from '#services/status/open-incident.ts'
import { postUpdate } from '#services/status/post-update.ts'
import { dayMs, endOf, shownDays } from '#services/status/status-state.ts'
import { removeSubscriber } from '#services/subscribers/settle-subscription.ts'
import { describePlannedWork, describeSubscriber } from '../answers/describe-status.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { incidentOrderOf, readWords } from './incidents.ts'

const mostShown = 200

/** `/api/v1/status/planned-work` and `/subscribers`: what is announced, and who is told. */
export function statusNewsRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.plannedWork, async () => {
    const now = parts.clock.now()
    const found = await parts.readStatus.incidents(now - shownDays * dayMs, mostShown)
    const works = found.filter((each) => each.kind === 'maintenance')
    const isOver = (work: (typeof works)[number]) => Number(endOf(work, now) !== null)
    // What is on or comes, soonest first; then what was, newest first.
    const lines = works.sort((a, b) =>
      isOver(a) === 0 && isOver(b) === 0
        ? a.startedAt - b.startedAt
        : isOver(a) - isOver(b) || b.startedAt - a.startedAt,
    )
    return { lines: lines.map((each) => describePlannedWork(each, now)) }
  })
  addRoute(app, routes.schedulePlannedWork, async ({ principal, body }) => {
    const { name, text, from, until, components, impact, isShortNotice, ...words } = body
    const work = await scheduleMaintenance(incidentOrderOf(parts, principal), {
      ...{ name, text, from: Date.parse(from), until: Date.parse(until), components },
      ...(impact !== undefined && { impact }),
      ...(isShortNotice !== undefined && { isShortNotice }),
      ...readWords(words),
    })
    await parts.publishStatus()
    return describePlannedWork(work, parts.clock.now())
  })
  addRoute(app, routes.updatePlannedWork, async ({ principal, params, body }) => {
    const known = await parts.readStatus.incident(params.work)
    if (known?.kind !== 'maintenance')
      throw new OrderError('not-found', `there is no planned work ${params.work}`)
    const { state, text, ...words } = body
    const order = incidentOrderOf(parts, principal)
    const work = await postUpdate(order, params.work, { state, text, ...readWords(words) })
    await parts.publishStatus()
    return describePlannedWork(work, parts.clock.now())
  })
  addRoute(app, routes.movePlannedWork, async ({ principal, params, body, ifMatch }) => {
    const { from, until, text, isShortNotice = false, ...words } = body
    const work = await moveMaintenance(incidentOrderOf(parts, principal, ifMatch), params.work, {
      ...{ text, isShortNotice, ...readWords(words) },
      ...(from !== undefined && { from: Date.parse(from) }),
      ...(until !== undefined && { until: Date.parse(until) }),
    })
    await parts.publishStatus()
    return describePlannedWork(work, parts.clock.now())
  })
  addRoute(app, routes.cancelPlannedWork, async ({ principal, params, body, ifMatch }) => {
    const order = incidentOrderOf(parts, principal, ifMatch)
    const work = await cancelMaintenance(order, params.work, body.text)
    await parts.publishStatus()
    return describePlannedWork(work, parts.clock.now())
  })
  addRoute(app, routes.statusSubscribers, async ({ query }) => {
    const { after = null, limit = 25 } = query
    const { subscribers } = parts.subscribers
    const [found, counts] = await Promise.all([
      subscribers.subscribers(after, limit + 1),
      subscribers.countSubscribers(),
    ])
    const lines = found.slice(0, limit)
    return {
      ...counts,
      lines: lines.map(describeSubscriber),
      next: found.length > limit ? (lines.at(-1)?.address ?? null) : null,
    }
  })
  addRoute(app, routes.removeStatusSubscriber, async ({ principal, params }) => {
    const order = incidentOrderOf(parts, principal)
    await removeSubscriber({ ...order, subscribers: parts.subscribers.subscribers }, params.subscriber)
    return { removed: 1 }
  })
}

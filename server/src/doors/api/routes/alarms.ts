import { type AlarmLine, routes, type Subscription as Shown } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { mayReach, type Principal } from '#services/access/principal.ts'
import type { AlarmState, Subscription } from '#services/alarms/alarm-store.ts'
import { subscribe, unsubscribe } from '#services/alarms/subscribe.ts'
import { isOfDomain } from '#services/alarms/tell-alarms.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

const dayMs = 86_400_000
const linesShown = 200
const mostStates = 5000

/** `/api/v1/alarms`: what is wrong, and who is told. */
export function alarmRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { alarmStore, tenancy, clock } = parts
  addRoute(app, routes.alarms, async ({ principal }) => ({ lines: await linesOf(parts, principal) }))
  addRoute(app, routes.withdrawAlarm, async ({ principal, body }) => {
    const { name, subject, why } = body
    const line = (await linesOf(parts, principal)).find(
      (each) => each.name === name && each.subject === subject,
    )
    if (!line || !(await alarmStore.withdraw(name, subject, why, clock.now())))
      throw problems.notFound(`There is no alarm ${name} of ${subject} in your reach.`)
    const { who, ip } = principal
    const of = { tenant: line.tenant, ip }
    await tenancy.recordChange(clock.now(), 'alarm-withdrawn', who, { name, subject, why }, of)
    return { ...line, withdrawn: why, clearedAt: line.clearedAt ?? moment(clock.now()) }
  })
  addRoute(app, routes.alarmSubscriptions, async ({ principal }) => {
    const all = await alarmStore.subscriptions()
    return { lines: all.filter((each) => mayReach(principal, each.tenant, domainOf(each))).map(show) }
  })
  addRoute(app, routes.subscribeToAlarms, async ({ principal, body }) => {
    if (principal.domains !== null && !body.scope.startsWith('domain:')) throw problems.forbidden()
    const order = directoryOrderOf(parts, principal)
    return show(await subscribe(order, alarmStore, { ...body, id: parts.newId() }))
  })
  addRoute(app, routes.unsubscribeFromAlarms, async ({ principal, params }) => {
    const known = (await alarmStore.subscriptions()).find((each) => each.id === params.subscription)
    if (!known || !mayReach(principal, known.tenant, domainOf(known)))
      throw problems.notFound('Nobody is told under this id.')
    await unsubscribe(directoryOrderOf(parts, principal), alarmStore, known.id)
    return { removed: 1 }
  })
}

const domainOf = ({ scope }: Subscription) => (scope.startsWith('domain:') ? scope.slice(7) : null)

async function linesOf({ alarmStore, tenancy, clock }: ApiParts, principal: Principal): Promise<AlarmLine[]> {
  const states = await alarmStore.states(clock.now() - dayMs, mostStates)
  const domains = new Map((await tenancy.domains()).map((each) => [each.name, each.tenant]))
  const tenantOf = (state: AlarmState) => (isOfDomain(state) ? (domains.get(state.subject) ?? null) : null)
  return states
    .filter((each) => {
      const tenant = tenantOf(each)
      return tenant === null
        ? principal.rights.has('site.read') && isWhole(principal)
        : mayReach(principal, tenant, each.subject)
    })
    .slice(0, linesShown)
    .map((each) => ({
      ...{ name: each.name, subject: each.subject, text: each.text, withdrawn: each.withdrawn },
      since: moment(each.since),
      clearedAt: momentOrNull(each.clearedAt),
      tenant: tenantOf(each),
    }))
}

/** The house is seen where nothing is left out, and not in the part of one tenant. */
const isWhole = ({ tenants }: Principal) => tenants === null

const show = ({ createdAt, names, ...each }: Subscription): Shown => ({
  ...each,
  names: [...names],
  createdAt: moment(createdAt),
})

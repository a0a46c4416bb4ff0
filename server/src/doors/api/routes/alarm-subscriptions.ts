import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { NetworkList } from '#ground/platform/network-list.ts'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { mayReach, type Principal } from '#services/access/principal.ts'
import { acknowledge } from '#services/alarms/acknowledge.ts'
import type { Subscription } from '#services/alarms/alarm-store.ts'
import { changeSubscription } from '#services/alarms/change-subscription.ts'
import { type AlarmOrder, subscribe, unsubscribe } from '#services/alarms/subscribe.ts'
import { shownAddress } from '#services/alarms/target.ts'
import { testSubscription } from '#services/alarms/test-subscription.ts'
import {
  describeNotice,
  describeSubscription,
  describeWholeNotice,
  mayReachSubscription,
  noticesInReach,
} from '../answers/describe-alarms.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

const noticesShown = 100
/** A test goes to places outside, whatever the hour: enough to set things up, too few to bother anybody. */
const mostTestsAnHour = 20
const hourMs = 3_600_000

/** `/api/v1/alarm-subscriptions`, `/api/v1/alarm-notices`: who is told of alarms, and what was told. */
export function alarmSubscriptionRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { alarms, notices } = parts.alarmTelling
  const find = async (principal: Principal, id: string): Promise<Subscription> => {
    const known = (await alarms.subscriptions()).find((each) => each.id === id)
    if (!known || !mayReachSubscription(principal, known))
      throw problems.notFound('Nobody is told under this id.')
    return known
  }
  addRoute(app, routes.alarmSubscriptions, async ({ principal }) => {
    const all = (await alarms.subscriptions()).filter((each) => mayReachSubscription(principal, each))
    const open = await notices.notices(parts.clock.now())
    return { lines: all.map((each) => describeSubscription(each, open)) }
  })
  addRoute(app, routes.subscribeToAlarms, async ({ principal, body }) => {
    if (principal.domains !== null && !body.scope.startsWith('domain:')) throw problems.forbidden()
    const { targets, quiet = null, scope, names } = body
    const made = await subscribe(alarmOrderOf(parts, principal), {
      ...{ id: parts.newId(), scope, names, quiet },
      targets: targets.map(({ afterMinutes, ...each }) => ({ ...each, afterMs: afterMinutes * 60_000 })),
    })
    return { subscription: describeSubscription(made, []), secrets: secretsOf(made) }
  })
  addRoute(app, routes.changeSubscription, async ({ principal, params, body, ifMatch }) => {
    const before = await find(principal, params.subscription)
    const { targets, ...more } = body
    const order = { ...alarmOrderOf(parts, principal), seen: ifMatch }
    const after = await changeSubscription(order, params.subscription, {
      ...more,
      ...(targets && {
        targets: targets.map(({ afterMinutes, ...each }) => ({ ...each, afterMs: afterMinutes * 60_000 })),
      }),
    })
    const open = await notices.notices(parts.clock.now())
    return { subscription: describeSubscription(after, open), secrets: secretsOf(after, before) }
  })
  addRoute(app, routes.testSubscription, async ({ principal, params }) => {
    const known = await find(principal, params.subscription)
    await assertFewTests(parts, known)
    const results = await testSubscription(alarmOrderOf(parts, principal), parts.alarmTelling, known)
    return { targets: results.map(({ isTaken, ...each }) => ({ ...each, taken: isTaken })) }
  })
  addRoute(app, routes.unsubscribeFromAlarms, async ({ principal, params }) => {
    await find(principal, params.subscription)
    await unsubscribe(alarmOrderOf(parts, principal), params.subscription)
    return { removed: 1 }
  })
  addRoute(app, routes.alarmNotices, async ({ principal }) => ({
    lines: (await noticesInReach(parts, principal)).slice(0, noticesShown).map(describeNotice),
  }))
  addRoute(app, routes.alarmNotice, async ({ principal, params }) => {
    const notice = await notices.notice(params.notice)
    if (!notice) throw problems.notFound('There is no such notice.')
    return describeWholeNotice({ notice, subscription: await find(principal, notice.subscription) })
  })
  addRoute(app, routes.acknowledgeNotice, async ({ principal, params }) => ({
    acknowledged: await acknowledge(alarmOrderOf(parts, principal), { notice: params.notice }),
  }))
}

/** What signs the webhooks of a subscription that another one has not: they are shown this once. */
function secretsOf({ targets }: Subscription, before?: Subscription) {
  const known = new Set(before?.targets.map((each) => each.secret))
  return targets
    .filter((each) => each.form === 'webhook' && !known.has(each.secret))
    .map((each) => ({ address: shownAddress(each), secret: each.secret }))
}

async function assertFewTests({ access, clock }: ApiParts, { tenant }: Subscription): Promise<void> {
  const asked = await access.noteFailure(`alarm tests ${tenant}`, clock.now(), hourMs)
  if (asked > mostTestsAnHour)
    throw new AccessRefusal(
      'too-many-tries',
      `a tenant sends ${mostTestsAnHour} tests in an hour at most; try again when there were none for an hour`,
      hourMs,
    )
}

/** An order about alarms by whoever asks. What stands above his domains is not his. */
export function alarmOrderOf(parts: ApiParts, principal: Principal): AlarmOrder {
  const { alarms, notices, fetch } = parts.alarmTelling
  const order = directoryOrderOf(parts, principal)
  const reach = order.reach && {
    ...order.reach,
    tenant: (tenant: string) => mayReach(principal, tenant, null),
  }
  const allowed = new NetworkList(parts.config['web.allowNetworks'])
  return { ...order, ...(reach && { reach }), alarms, notices, fetch, allowed }
}

import { routes, type WebhookView } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { NetworkList } from '#ground/platform/network-list.ts'
import { assertMayGive, isInReach } from '#services/access/may-write.ts'
import type { Principal } from '#services/access/principal.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { testWebhook } from '#services/webhooks/send-webhooks.ts'
import type { EventKind, Webhook } from '#services/webhooks/webhook-store.ts'
import { eventKinds } from '#services/webhooks/webhook-store.ts'
import {
  addWebhook,
  changeWebhook,
  pauseWebhook,
  removeWebhook,
  stateOfWebhook,
  type WebhookOrder,
} from '#services/webhooks/write-webhook.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/webhooks`: programs of others that are told what happens. */
export function webhooksRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, tenancy, clock, webhooks, webFetch } = parts
  const allowed = new NetworkList(parts.config['web.allowNetworks'])
  const orderOf = ({ who, ip }: Principal): WebhookOrder => ({
    access,
    directory: tenancy,
    webhooks,
    allowed,
    at: clock.now(),
    who,
    ip,
  })
  const placeOf = ({ tenant, domain }: Pick<Webhook, 'tenant' | 'domain'>) => ({
    tenant,
    domains: domain === null ? null : [domain],
  })
  const find = async (principal: Principal, id: string): Promise<Webhook> => {
    const hook = await webhooks.webhook(id)
    if (!hook || !isInReach(principal, placeOf(hook)))
      throw new OrderError('not-found', `there is no webhook ${id}`)
    return hook
  }
  const show = async (principal: Principal, id: string) => describe(await find(principal, id))

  addRoute(app, routes.webhooks, async ({ principal, query: { after = '', limit = 25 } }) => {
    const found = (await webhooks.webhooks()).filter(
      (each) => each.id > after && isInReach(principal, placeOf(each)),
    )
    const lines = found.slice(0, limit).map(describe)
    return { lines, next: found.length > limit ? (lines.at(-1)?.id ?? null) : null }
  })
  addRoute(app, routes.addWebhook, async ({ principal, body }) => {
    const domain = body.domain?.toLowerCase() ?? null
    assertMayGive(principal, 'reader', placeOf({ tenant: body.tenant, domain }))
    const { form = 'mailkeep', ...given } = body
    const kinds = [...new Set(body.kinds)]
    const hook = await addWebhook(orderOf(principal), { ...given, form, domain, kinds })
    return { webhook: describe(hook), secret: form === 'mailkeep' ? hook.secret : null }
  })
  addRoute(app, routes.webhook, ({ principal, params }) => show(principal, params.webhook))
  addRoute(app, routes.changeWebhook, async ({ principal, params, body, ifMatch }) => {
    await changeWebhook({ ...orderOf(principal), seen: ifMatch }, await find(principal, params.webhook), body)
    return show(principal, params.webhook)
  })
  addRoute(app, routes.removeWebhook, async ({ principal, params }) => {
    await removeWebhook(orderOf(principal), await find(principal, params.webhook))
    return { done: 1 }
  })
  addRoute(app, routes.testWebhook, async ({ principal, params }) => {
    const hook = await find(principal, params.webhook)
    const sent = await testWebhook(hook, { store: webhooks, fetch: webFetch, now: () => clock.now() })
    return { taken: sent.isTaken, status: sent.status, why: sent.why }
  })
  for (const [route, isPaused] of [
    [routes.pauseWebhook, true],
    [routes.resumeWebhook, false],
  ] as const)
    addRoute(app, route, async ({ principal, params }) => {
      await pauseWebhook(orderOf(principal), await find(principal, params.webhook), isPaused)
      return show(principal, params.webhook)
    })
  addRoute(app, routes.webhookPosts, async ({ principal, params, query: { after, limit = 25 } }) => {
    const hook = await find(principal, params.webhook)
    const found = await webhooks.posts(hook.id, after ?? null, limit + 1)
    const lines = found
      .slice(0, limit)
      .map(({ webhook: _same, at, ...each }) => ({ ...each, at: moment(at) }))
    return { lines, next: found.length > limit ? (lines.at(-1)?.id ?? null) : null }
  })
}

/** Refusals are written a moment after they were made. */
const settleMs = 10_000

/** `/api/v1/events`: what happened, for collectors that come and ask. */
export function eventRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { readWebhooks, clock } = parts
  addRoute(app, routes.events, async ({ principal, query }) => {
    const { after, kinds, limit = 100 } = query
    const mayAudit = principal.rights.has('audit.read')
    const allowed = eventKinds.filter((each) => mayAudit || each !== 'audited')
    const wanted = kinds === undefined ? allowed : kinds.split(',').map((each) => each.trim())
    const unknown = wanted.find((each) => !(eventKinds as readonly string[]).includes(each))
    if (unknown !== undefined) throw problems.wrongQuery(`there is no kind ${unknown.slice(0, 40)}`)
    if (wanted.includes('audited') && !mayAudit) throw problems.forbidden()
    const now = clock.now()
    const cursor = after ?? (await readWebhooks.newestCursor())
    const page = await readWebhooks.feed(cursor, {
      tenants: principal.tenants && [...principal.tenants],
      domains: principal.domains && [...principal.domains],
      kinds: wanted as EventKind[],
      limit,
      until: now - settleMs,
    })
    return {
      completeUpTo: moment(now),
      lines: page.events.map((each) => ({ ...each, at: moment(each.at) })),
      next: page.cursor,
      isEnd: page.isEnd,
    }
  })
}

function describe(hook: Webhook): WebhookView {
  const {
    secret: _secret,
    cursor: _cursor,
    tries: _tries,
    dueAt,
    createdAt,
    failingSince,
    pausedAt,
    ...shown
  } = hook
  return {
    ...shown,
    kinds: [...shown.kinds],
    createdAt: moment(createdAt),
    failingSince: momentOrNull(failingSince),
    nextTryAt: failingSince === null || pausedAt !== null ? null : moment(dueAt),
    pausedAt: momentOrNull(pausedAt),
    etag: stateOfWebhook(hook),
  }
}

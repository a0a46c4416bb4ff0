import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { addSource } from '#services/sync/add-source.ts'
import { changeSource, putSourceFile, removeSource } from '#services/sync/change-source.ts'
import { confirmLoss, disableSource, enableSource, orderRun } from '#services/sync/order-run.ts'
import { makeScimToken, revokeScimToken } from '#services/sync/scim/scim-token.ts'
import type { SyncOrder } from '#services/sync/sync-order.ts'
import { findRun, findSource, isInReach, reachOfSync } from '#services/sync/sync-reach.ts'
import { describeLine, describeNotice, describeRun, describeSource } from '../answers/describe-sync.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/sync-sources` and what they do: where people come from. */
export function syncRoutes(app: FastifyInstance, context: ApiContext): void {
  addSourceRoutes(app, context)
  addChangeRoutes(app, context)
  addTokenRoutes(app, context)
  addOrderRoutes(app, context)
  addRunRoutes(app, context)
}

function addSourceRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { sync, readSync, readScim } = parts
  addRoute(app, routes.syncSources, async ({ principal, query }) => {
    const { after = '', limit = 25, domain } = query
    const found = await readSync.sources(
      reachOfSync(principal),
      { tenant: null, domain: domain?.toLowerCase() ?? null },
      after,
      limit + 1,
    )
    const shown = found.slice(0, limit)
    const ids = shown.map(({ id }) => id)
    const people = new Map((await readSync.countPeople(ids)).map((each) => [each.source, each.people]))
    const tokens = Map.groupBy(await readScim.tokens(ids), ({ source }) => source)
    return {
      lines: shown.map((each) =>
        describeSource(each, {
          people: people.get(each.id) ?? 0,
          tokens: tokens.get(each.id) ?? [],
          pageUrl: parts.pageUrl(),
        }),
      ),
      next: found.length > limit ? (shown.at(-1)?.id ?? null) : null,
    }
  })
  addRoute(app, routes.syncSource, async ({ principal, params }) => {
    await findSource(sync, params.id, principal)
    return shown(parts, params.id)
  })
  addRoute(app, routes.syncNotices, async ({ principal, query }) => {
    const notices = await readSync.notices(principal.tenants && [...principal.tenants], query.limit ?? 25)
    // Whoever has some domains alone sees the faults at his sources.
    return { lines: principal.domains === null ? notices.map(describeNotice) : [] }
  })
}

function addChangeRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { sync } = parts
  addRoute(app, routes.addSyncSource, async ({ principal, body }) => {
    const { tenant, domains = null, takesOver = false } = body
    const place = { tenant, domains: domains?.map((each) => each.trim().toLowerCase()) ?? null }
    if (!isInReach(place, principal)) throw new OrderError('not-found', `there is no tenant ${tenant}`)
    const id = await addSource(orderOf(parts, principal), { ...body, domains, takesOver })
    return shown(parts, id)
  })
  addRoute(app, routes.changeSyncSource, async ({ principal, params, body }) => {
    const source = await findSource(sync, params.id, principal)
    const { domains } = body
    const place = {
      tenant: source.tenant,
      domains: domains?.map((each) => each.trim().toLowerCase()) ?? null,
    }
    if (domains !== undefined && !isInReach(place, principal))
      throw new OrderError('not-found', 'one of these domains is not there')
    await changeSource(orderOf(parts, principal), source, body)
    return shown(parts, params.id)
  })
  addRoute(app, routes.removeSyncSource, async ({ principal, params }) => {
    await removeSource(orderOf(parts, principal), await findSource(sync, params.id, principal))
    return { removed: params.id }
  })
  addRoute(app, routes.putSyncFile, async ({ principal, params, body }) => {
    const source = await findSource(sync, params.id, principal)
    await putSourceFile(orderOf(parts, principal), source, body.content)
    return shown(parts, params.id)
  })
}

function addTokenRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { sync } = parts
  addRoute(app, routes.makeSyncToken, async ({ principal, params }) => {
    const source = await findSource(sync, params.id, principal)
    const { token } = await makeScimToken(orderOf(parts, principal), source)
    return { source: await shown(parts, params.id), token }
  })
  addRoute(app, routes.revokeSyncToken, async ({ principal, params }) => {
    const source = await findSource(sync, params.id, principal)
    await revokeScimToken(orderOf(parts, principal), source, params.token)
    return shown(parts, params.id)
  })
}

function addOrderRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { sync } = parts
  for (const [route, kind] of [
    [routes.testSyncSource, 'test'],
    [routes.previewSyncSource, 'preview'],
    [routes.runSyncSource, 'run'],
  ] as const)
    addRoute(app, route, async ({ principal, params }) => {
      const source = await findSource(sync, params.id, principal)
      return shownRun(parts, await orderRun(orderOf(parts, principal), source, kind))
    })
  addRoute(app, routes.confirmSyncLoss, async ({ principal, params, body }) => {
    const source = await findSource(sync, params.id, principal)
    return shownRun(parts, await confirmLoss(orderOf(parts, principal), source, body.run))
  })
  addRoute(app, routes.enableSyncSource, async ({ principal, params }) => {
    await enableSource(orderOf(parts, principal), await findSource(sync, params.id, principal))
    return shown(parts, params.id)
  })
  addRoute(app, routes.disableSyncSource, async ({ principal, params }) => {
    await disableSource(orderOf(parts, principal), await findSource(sync, params.id, principal))
    return shown(parts, params.id)
  })
}

function addRunRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { sync, readSync } = parts
  addRoute(app, routes.syncRuns, async ({ principal, params, query }) => {
    await findSource(sync, params.id, principal)
    const { after = '', limit = 25 } = query
    const found = await readSync.runs(params.id, after, limit + 1)
    const lines = found.slice(0, limit)
    return {
      lines: lines.map(describeRun),
      next: found.length > limit ? (lines.at(-1)?.id ?? null) : null,
    }
  })
  addRoute(app, routes.syncRun, async ({ principal, params }) =>
    describeRun((await findRun(sync, params.id, principal)).run),
  )
  addRoute(app, routes.syncLines, async ({ principal, params, query }) => {
    await findRun(sync, params.id, principal)
    const { kind, text = '', after = '0', limit = 25 } = query
    const filter = { kinds: kind === undefined ? null : [kind], text, after: Number(after), limit: limit + 1 }
    const found = await readSync.lines(params.id, filter)
    const lines = found.slice(0, limit)
    return { lines: lines.map(describeLine), next: found.length > limit ? String(lines.at(-1)?.n) : null }
  })
}

type Parts = ApiContext['parts']

function orderOf({ sync, tenancy, sealForSync, clock }: Parts, { who, ip, rights }: Principal): SyncOrder {
  return {
    store: sync,
    directory: tenancy,
    seal: sealForSync,
    at: clock.now(),
    who,
    ip,
    mayPath: rights.has('site.write'),
  }
}

async function shown({ sync, scim, pageUrl }: Parts, id: string) {
  const [source, [people]] = [await sync.source(id), await sync.countPeople([id])]
  if (!source) throw new OrderError('not-found', `there is no source ${id}`)
  const tokens = await scim.tokens([id])
  return describeSource(source, { people: people?.people ?? 0, tokens, pageUrl: pageUrl() })
}

async function shownRun({ sync }: Parts, id: string) {
  const run = await sync.run(id)
  if (!run) throw new OrderError('not-found', `there is no run ${id}`)
  return describeRun(run)
}

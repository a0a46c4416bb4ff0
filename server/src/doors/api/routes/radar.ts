import {
  type RadarPath as RadarPathView,
  type RadarTest as RadarTestView,
  type RadarTrip as RadarTripView,
  routes,
} from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { mayReach, type Principal, reachOfMail } from '#services/access/principal.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { pointsOf } from '#services/radar/deductions.ts'
import type { RadarOrders } from '#services/radar/radar-parts.ts'
import type { RadarPath, RadarTest, RadarTrip } from '#services/radar/radar-store.ts'
import { shareTest, unshareTest } from '#services/radar/share-test.ts'
import { checkTitles, inOrder, standOf } from '#services/radar/stand-of-test.ts'
import { type Asker, readTarget, startTest } from '#services/radar/start-test.ts'
import { addPath, removePath } from '#services/radar/write-path.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const hourMs = 3_600_000
const mostTrips = 500

/** `/api/v1/radar/...`: tests of mail set-ups, and round trips. */
export function radarRoutes(app: FastifyInstance, context: ApiContext): void {
  testRoutes(app, context)
  pathRoutes(app, context)
}

function testRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { radar, pageUrl } = parts
  addRoute(app, routes.radarTests, async ({ principal, query }) => {
    const { limit = 25, after, domain, outcome } = query
    const found = await radar.readRadar.tests({
      within: reachOfMail(principal),
      limit: limit + 1,
      ...(after !== undefined && { after }),
      ...(domain !== undefined && { domain: domain.toLowerCase() }),
      ...(outcome !== undefined && { outcome }),
    })
    const lines = found.slice(0, limit)
    const next = found.length > limit ? (lines.at(-1)?.id ?? null) : null
    return { lines: lines.map((each) => lineOf(standOf(each, radar.now()))), next }
  })
  addRoute(app, routes.startRadarTest, async ({ principal, body }) => {
    const { domain } = readTarget(body.target)
    await assertMayTest(radar, principal, domain)
    return viewOf(await startTest(radar, askerOf(principal), body.target), null)
  })
  addRoute(app, routes.radarTest, async ({ principal, params }) => {
    const found = await testOf(radar, principal, params.test)
    return viewOf(standOf(found, radar.now()), await radar.readRadar.linkUntil(found.id))
  })
  addRoute(app, routes.shareRadarTest, async ({ principal, params }) => {
    const found = await testOf(radar, principal, params.test)
    const { secret, until } = await shareTest(radar, principal, found)
    await parts.brands.renew(brandWaitMs)
    const { host } = parts.brands.ofTenant(found.tenant)
    const link = new URL(`/radar-result/${secret}`, pageUrl())
    if (host !== null) link.hostname = host
    return { link: link.href, until: moment(until) }
  })
  addRoute(app, routes.unshareRadarTest, async ({ principal, params }) => {
    await unshareTest(radar, principal, await testOf(radar, principal, params.test))
    return { removed: 1 }
  })
}

/** The link waits no longer for the name that a reseller's pages have. */
const brandWaitMs = 500

function pathRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { radar, config } = parts
  addRoute(app, routes.radarPaths, async ({ principal, query }) => {
    const { limit = 25, after = '' } = query
    const found = await radar.readRadar.paths(reachOfMail(principal), after, limit + 1)
    const lines = await Promise.all(
      found.slice(0, limit).map(async (each) => {
        const [last] = await radar.readRadar.trips(each.id, 0, 1)
        return { ...pathView(each), last: last ? tripView(last) : null }
      }),
    )
    return { lines, next: found.length > limit ? (lines.at(-1)?.id ?? null) : null }
  })
  addRoute(app, routes.addRadarPath, async ({ principal, body }) => {
    const { domain } = readTarget(body.address)
    const own = (await radar.directory.domains()).find((each) => each.name === domain)
    if (!own || !mayReach(principal, own.tenant, own.name))
      throw new OrderError('not-found', `${domain} is no domain in your reach`)
    const { address, name = '', everySeconds } = body
    const everyMs = everySeconds === undefined ? config['radar.every'] : everySeconds * 1000
    const asker = { ...askerOf(principal), tenant: own.tenant }
    return { ...pathView(await addPath(radar, asker, { address, name, everyMs })), last: null }
  })
  addRoute(app, routes.removeRadarPath, async ({ principal, params }) => {
    await removePath(radar, principal, await pathOf(radar, principal, params.path))
    return { removed: 1 }
  })
  addRoute(app, routes.radarTrips, async ({ principal, params, query }) => {
    const path = await pathOf(radar, principal, params.path)
    const since = radar.now() - (query.hours ?? 24) * hourMs
    const trips = await radar.readRadar.trips(path.id, since, mostTrips)
    return { path: pathView(path), trips: trips.map(tripView) }
  })
}

function askerOf({ who, ip, tenant }: Principal): Asker {
  return { who, ip, tenant }
}

/** Domains of others here are theirs to test; those of the world are everybody's, for whoever is limited to no domain. */
async function assertMayTest(
  { directory }: RadarOrders,
  principal: Principal,
  domain: string,
): Promise<void> {
  const own = (await directory.domains()).find((each) => each.name === domain)
  const may = own ? mayReach(principal, own.tenant, own.name) : principal.domains === null
  if (!may) throw new OrderError('not-found', `${domain} is no domain in your reach`)
}

async function testOf({ readRadar }: RadarOrders, principal: Principal, id: string): Promise<RadarTest> {
  const found = await readRadar.test(id)
  if (!found || !mayReach(principal, found.tenant, found.domain))
    throw new OrderError('not-found', `there is no test ${id}`)
  return found
}

async function pathOf({ readRadar }: RadarOrders, principal: Principal, id: string): Promise<RadarPath> {
  const found = await readRadar.path(id)
  if (!found || !mayReach(principal, found.tenant, found.domain))
    throw new OrderError('not-found', `there is no path ${id}`)
  return found
}

function lineOf({ id, tenant, domain, address, startedAt, state, outcome, says, score }: RadarTest) {
  return { id, tenant, domain, address, startedAt: moment(startedAt), state, outcome, says, score }
}

function viewOf(test: RadarTest, sharedUntil: number | null): RadarTestView {
  const { attempt, before, again, results, reply } = test
  return {
    ...lineOf(test),
    ...{ attempt, before, again },
    oursUntil: moment(test.oursUntil),
    replyUntil: moment(test.replyUntil),
    deliveredAt: momentOrNull(test.deliveredAt),
    repliedAt: momentOrNull(reply?.at ?? null),
    endedAt: momentOrNull(test.endedAt),
    sharedUntil: momentOrNull(sharedUntil),
    checks: inOrder(results).map(({ check, state, says, found, faults }) => ({
      ...{ check, title: checkTitles[check], state, says, found: [...found] },
      faults: faults.map(({ code, says, fix: { text, record, type, value } }) => ({
        ...{ code, points: pointsOf(code), says, fix: text, record, type, value },
      })),
    })),
  }
}

function pathView({
  id,
  tenant,
  domain,
  address,
  name,
  everyMs,
  addedAt,
  addedBy,
}: RadarPath): Omit<RadarPathView, 'last'> {
  return {
    id,
    tenant,
    domain,
    address,
    name,
    everySeconds: everyMs / 1000,
    addedAt: moment(addedAt),
    addedBy,
  }
}

function tripView({ id, startedAt, state, says, deliveredAt, repliedAt }: RadarTrip): RadarTripView {
  const since = (at: number | null) => (at === null ? null : Math.max(0, at - startedAt))
  return {
    id,
    startedAt: moment(startedAt),
    state,
    says,
    outMs: since(deliveredAt),
    totalMs: since(repliedAt),
  }
}

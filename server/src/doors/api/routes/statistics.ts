import { type BouncesAnswer, routes, type StatisticsAnswer } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { NotCountedError } from '#services/statistics/count-people.ts'
import { TooManyWaitError } from '#services/statistics/one-by-tenant.ts'
import { type Bounces, readBounces } from '#services/statistics/read-bounces.ts'
import { figureNames, queryOf, readStatistics, verdictNames } from '#services/statistics/read-statistics.ts'
import { principalOf } from '../access/guard-access.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { withinOf } from './directory-page.ts'

interface RangeQuery {
  readonly since?: string
  readonly until?: string
}

const dayMs = 86_400_000
const topsShown = 10
const sourcesShown = 50
/** Domains of which DMARC results are looked up; a provider looks at one tenant at a time. */
const mostDomains = 5000

/** `/api/v1/statistics`: what has happened to mail, from sums that are made behind it. */
export function statisticsRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { dmarc, tenancy } = parts
  addRoute(app, routes.statistics, ({ principal, query }) => counted(() => describe(parts, principal, query)))
  addRoute(app, routes.statisticsBounces, ({ principal, query }) =>
    counted(async () => {
      const { within, range, figures } = askedOf(parts, principal, query)
      const { completeUpTo } = await figures.progress(queryOf(within, range))
      return describeBounces(await readBounces(figures, within, range), completeUpTo, parts.bounceWords)
    }),
  )
  addRoute(app, routes.statisticsTops, ({ principal, query }) =>
    counted(async () => {
      const { within, range, figures } = askedOf(parts, principal, query)
      const asked = queryOf(within, range)
      const { severalSince } = await figures.progress(asked)
      const lines = await figures.tops(asked, query.kind, query.limit ?? topsShown)
      return { lines, severalSince: momentOrNull(severalSince) }
    }),
  )
  addRoute(app, routes.dmarcDays, async ({ principal, query }) => {
    const { since, until } = rangeOf(parts, query)
    const within = withinOf(principal)
    const own = (await tenancy.domains()).filter(
      ({ name, tenant }) =>
        within === null || (within.tenants.includes(tenant) && (within.domains?.includes(name) ?? true)),
    )
    const days = { from: dayName(since), to: dayName(until) }
    const names = own.slice(0, mostDomains).map((each) => each.name)
    return dmarc.days({ ...days, domains: names }, sourcesShown)
  })
  csvRoute(app, parts)
}

function csvRoute(app: FastifyInstance, parts: ApiParts): void {
  const { method, path: url, access, query } = routes.statisticsCsv
  app.route<{ Querystring: RangeQuery }>({
    method,
    url,
    config: { access, scoped: true, ofPeople: true },
    schema: { querystring: query },
    handler: async (request, reply) => {
      const { points, verdictsSince, severalSince } = await counted(() =>
        describe(parts, principalOf(request), request.query),
      )
      // A file cannot say that a part is missing.
      if (severalSince !== null)
        throw problems.notCounted(
          `Too much mail to several recipients was refused in this time to be counted for groups and people before ${severalSince}. Choose a time from then on, or a domain.`,
        )
      const head = [
        ...['at', ...figureNames, 'queue', 'delay-p50', 'delay-p95', 'delay-p99'],
        ...verdictNames.map((name) => `verdict-${name}`),
      ]
      const lines = points.map(({ at, queue, delay, verdicts, ...figures }) => {
        // What was not counted is empty, and not 0.
        const isCounted = verdictsSince !== null && at >= verdictsSince
        return [
          ...[at, ...figureNames.map((name) => figures[name]), queue, delay.p50, delay.p95, delay.p99],
          ...verdictNames.map((name) => (isCounted ? verdicts[name] : '')),
        ].join(',')
      })
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="statistics.csv"')
        .type('text/csv; charset=utf-8')
        .send(`${[head.join(','), ...lines].join('\r\n')}\r\n`)
    },
  })
}

async function describe(parts: ApiParts, principal: Principal, query: RangeQuery): Promise<StatisticsAnswer> {
  const { within, range, figures } = askedOf(parts, principal, query)
  const { completeUpTo, verdictsSince, severalSince } = await figures.progress(queryOf(within, range))
  const found = await readStatistics(figures, within, range)
  return {
    completeUpTo: momentOrNull(completeUpTo || null),
    span: found.span,
    since: moment(found.since),
    until: moment(found.until),
    verdictsSince: verdictsSince === null ? null : moment(Math.max(verdictsSince, found.since)),
    severalSince: momentOrNull(severalSince),
    points: found.points.map((each) => ({ ...each, at: moment(each.at), delay: { ...each.delay } })),
    totals: { ...found.totals, delay: { ...found.totals.delay } },
    directions: found.directions,
    reasons: found.reasons.map((each) => ({ ...each, text: parts.reasonText(each.reason) })),
  }
}

/** Of whom figures are asked, for as much of the time as can be told, and where they come from. */
function askedOf(parts: ApiParts, principal: Principal, query: RangeQuery) {
  const { peopleStatistics } = parts
  const within = withinOf(principal)
  const range = peopleStatistics.rangeOf(within, rangeOf(parts, query))
  return { within, range, figures: peopleStatistics.figuresOf(within) }
}

/** What cannot be counted is said in words, and never shown as nothing. */
async function counted<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof NotCountedError) throw problems.notCounted(cause.message)
    if (cause instanceof TooManyWaitError) throw problems.notAvailable(cause.message)
    throw cause
  }
}

function describeBounces(
  { span, since, until, points, classes, receivers }: Bounces,
  completeUpTo: number,
  wordsOf: ApiParts['bounceWords'],
): BouncesAnswer {
  return {
    completeUpTo: momentOrNull(completeUpTo || null),
    span,
    since: moment(since),
    until: moment(until),
    points: points.map((each) => ({ at: moment(each.at), classes: [...each.classes] })),
    classes: classes.map((each) => ({ ...each, ...wordsOf(each.class) })),
    receivers: [...receivers],
  }
}

function rangeOf({ clock }: ApiParts, { since, until }: RangeQuery): { since: number; until: number } {
  const end = until === undefined ? clock.now() : Date.parse(until)
  const start = since === undefined ? end - dayMs : Date.parse(since)
  if (!(start < end)) throw problems.wrongQuery('since comes before until.')
  return { since: start, until: end }
}

const dayName = (at: number) => new Date(at).toISOString().slice(0, 10)

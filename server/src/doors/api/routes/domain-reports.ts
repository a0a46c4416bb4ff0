import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { reachOfMail } from '#services/access/principal.ts'
import type { DomainReport } from '#services/domain-reports/domain-report-store.ts'
import { moment } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { findDomain } from './directory.ts'

const mostSources = 500
const defaultMs = 30 * 86_400_000

/** DMARC and TLS reports that others have sent about domains in reach. */
export function domainReportsRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { domainReports, clock } = parts
  addRoute(app, routes.domainReports, async ({ principal, query: { kind, after, limit = 25 } }) => {
    const within = reachOfMail(principal)
    const [at, messageId] = after?.split('-') ?? []
    const found = await domainReports.list(
      {
        ...(within && { within }),
        ...(kind && { kind }),
        ...(at && messageId && { before: { at: Number(at), messageId } }),
      },
      limit + 1,
    )
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    return {
      lines: shown.map(describe),
      next: found.length > limit && last ? `${last.at}-${last.messageId}` : null,
    }
  })
  addRoute(app, routes.reportedSources, async ({ principal, params, query }) => {
    const { name } = await findDomain(parts, principal, params.domain)
    const now = clock.now()
    const since = query.since === undefined ? now - defaultMs : Date.parse(query.since)
    const sources = await domainReports.sources(
      name,
      query.kind ?? 'dmarc',
      since,
      now + 86_400_000,
      mostSources,
    )
    const sum = (of: typeof sources) => of.reduce((total, each) => total + each.count, 0)
    return {
      since: moment(since),
      total: sum(sources),
      failed: sum(sources.filter((each) => !each.isGood)),
      sources: sources.map((each) => ({ ...each, latestAt: moment(each.latestAt) })),
    }
  })
}

function describe({ at, begin, end, ...same }: DomainReport) {
  return { ...same, at: moment(at), begin: moment(begin), end: moment(end) }
}

import { Readable } from 'node:stream'
import { type ExportQuery, routes, type SearchQuery } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { Trend } from '#ground/platform/trend.ts'
import { recordAccess } from '#services/access/access-order.ts'
import type { Principal } from '#services/access/principal.ts'
import { countMail } from '#services/search/count-mail.ts'
import { mailCsv, mailCsvHead } from '#services/search/mail-csv.ts'
import type { MailFilter } from '#services/search/mail-filter.ts'
import type { SearchStore } from '#services/search/search-store.ts'
import { walkMail } from '#services/search/walk-mail.ts'
import { principalOf } from '../access/guard-access.ts'
import { describeCompleteness } from '../answers/describe-completeness.ts'
import { describeCounts } from '../answers/describe-counts.ts'
import { describeFound, readingFilterOf } from '../answers/describe-found.ts'
import { describeOutlook } from '../answers/describe-outlook.ts'
import { orAway } from '../answers/or-away.ts'
import type { ApiParts } from '../api-parts.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** What counting may take; then it says how far it came. */
const countBudgetMs = 1500

/** The index is asked while somebody looks, and what was so ten minutes ago says little of now. */
const behindLimits = { everyMs: 5000, keepMs: 600_000, leastMs: 60_000 }

/** `/api/v1/messages`: lists, counts and exports of what a question finds. */
export function searchRoutes(app: FastifyInstance, { parts, reads }: ApiContext): void {
  addRoute(app, routes.messages, ({ principal, query }) => describeFound(parts, reads, query, principal))
  addRoute(app, routes.countMessages, async ({ principal, query }) => {
    const filter = readingFilterOf(query, principal, parts.clock.now())
    const progress = await orAway(parts.search.progress(parts.clock.now()))
    return describeCounts(await orAway(countMail(parts.search, filter, countBudgetMs)), progress, principal)
  })
  const behind = new Trend(behindLimits)
  addRoute(app, routes.completeness, async ({ principal }) => {
    const progress = await orAway(parts.search.progress(parts.clock.now()))
    behind.note(performance.now(), progress.behind)
    const outlook = behind.outlook(performance.now(), 0, 'falling')
    const caughtUp = describeOutlook(progress.behind === 0 ? { kind: 'reached', inMs: 0 } : outlook)
    return { ...describeCompleteness(progress, principal), caughtUp }
  })
  addRoute(app, routes.mailWords, async () => parts.mailWords())
  addExport(app, parts)
}

function addExport(app: FastifyInstance, parts: ApiParts): void {
  const { path, access, query, ofPeople } = routes.exportMessages
  app.get<{ Querystring: ExportQuery }>(
    path,
    { config: { access, scoped: true, ofPeople }, schema: { querystring: query } },
    async (request, reply) => {
      const principal = principalOf(request)
      const { format = 'csv', ...texts } = request.query
      const filter = readingFilterOf(texts, principal, parts.clock.now())
      await orAway(parts.search.progress(parts.clock.now()))
      await recordExport(parts, principal, { ...texts, format })
      const isCsv = format === 'csv'
      const type = isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8'
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="messages.${format}"`)
        .type(type)
        .send(Readable.from(isCsv ? csv(parts.search, filter) : json(parts.search, filter)))
    },
  )
}

/** Somebody takes a list of mail with him: that is written down before the first line leaves. */
function recordExport(
  { access, tenancy, clock }: ApiParts,
  { who, ip, tenant }: Principal,
  query: SearchQuery & { readonly format: string },
): Promise<void> {
  const order = { access, directory: tenancy, at: clock.now(), who, ip }
  return recordAccess(order, 'messages-exported', tenant, { query })
}

async function* csv(search: SearchStore, filter: MailFilter): AsyncGenerator<string> {
  yield mailCsvHead
  for await (const lines of walkMail(search, filter)) yield lines.map(mailCsv).join('')
}

async function* json(search: SearchStore, filter: MailFilter): AsyncGenerator<string> {
  let separator = '['
  for await (const lines of walkMail(search, filter)) {
    const texts = lines.map(({ place: _place, at, dueAt, ...line }) =>
      JSON.stringify({
        ...line,
        at: new Date(at).toISOString(),
        dueAt: dueAt === null ? null : new Date(dueAt).toISOString(),
      }),
    )
    yield `${separator}\n${texts.join(',\n')}`
    separator = ','
  }
  yield separator === '[' ? '[]\n' : '\n]\n'
}

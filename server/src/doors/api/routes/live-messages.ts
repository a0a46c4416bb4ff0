import { Readable } from 'node:stream'
import { type LiveLine, routes, type SearchQuery } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { reachOfMail } from '#services/access/principal.ts'
import { type LiveRound, liveMail, positionsId, readPositions } from '#services/search/live-mail.ts'
import type { MailLine } from '#services/search/search-store.ts'
import { principalOf } from '../access/guard-access.ts'
import { cutText } from '../answers/cut-text.ts'
import { readingFilterOf } from '../answers/describe-found.ts'
import { keyOf } from '../answers/key-of.ts'
import { moment } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { LiveSeats } from '../live-seats.ts'
import type { ApiContext } from './api-context.ts'

/** A connection that lasts longer is made anew. */
const longestMs = 10 * 60_000

/** Whether he may still listen is asked this often: sessions end, and rights change. */
const proveMs = 2000
/** Says that the connection stands, while nothing happens. */
const beatMs = 15_000
const subjectShown = 200

/** `GET /api/v1/messages/live`: what happens to mail that fits, as it happens. */
export function liveRoute(app: FastifyInstance, { parts, who }: ApiContext): void {
  const { path, access, query, ofPeople } = routes.liveMessages
  const seats = new LiveSeats()
  app.get<{ Querystring: SearchQuery }>(
    path,
    { config: { access, scoped: true, ofPeople }, schema: { querystring: query } },
    async (request, reply) => {
      const principal = principalOf(request)
      const filter = readingFilterOf(request.query, principal, parts.clock.now())
      if (!seats.take(principal.who, reply.raw))
        throw problems.notAvailable('Too many listen already; close another page that does.')
      const id = request.headers['last-event-id']
      const end = new AbortController()
      const timer = setTimeout(() => end.abort(), longestMs)
      reply.raw.once('close', () => {
        clearTimeout(timer)
        end.abort()
      })
      const { scope } = request.query
      /** Whether he is let in as he was at the beginning, and sees the same. */
      const isStill = async (): Promise<boolean> => {
        const found = (await who.of(request)).principal
        const own = found && scope !== undefined ? await who.within(found, scope) : found
        if (!own?.rights.has(access)) return false
        return keyOf(reachOfMail(own)) === keyOf(filter.within)
      }
      const rounds = liveMail(parts.search, filter, readPositions(Array.isArray(id) ? id[0] : id), end.signal)
      return reply
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .type('text/event-stream; charset=utf-8')
        .send(Readable.from(eventsOf(whileLetIn(rounds, isStill), parts)))
    },
  )
}

/** Ends where he is let in no more; a store that cannot tell is no reason. */
async function* whileLetIn(
  rounds: AsyncGenerator<LiveRound>,
  isStill: () => Promise<boolean>,
): AsyncGenerator<LiveRound> {
  let provedAt = performance.now()
  for await (const round of rounds) {
    if (performance.now() - provedAt >= proveMs) {
      if (!(await isStill().catch(() => true))) return
      provedAt = performance.now()
    }
    yield round
  }
}

async function* eventsOf(rounds: AsyncGenerator<LiveRound>, parts: ApiParts): AsyncGenerator<string> {
  let saidAt = 0
  for await (const { lines, positions, skipped } of rounds) {
    const events = lines.map((line) => ({ event: 'mail', data: describe(line, parts) as object }))
    if (skipped > 0) events.unshift({ event: 'gap', data: { skipped } })
    const now = performance.now()
    if (events.length === 0 && (saidAt === 0 || now - saidAt > beatMs))
      events.push({ event: 'beat', data: {} })
    if (events.length === 0) continue
    saidAt = now
    yield roundText(events, positionsId(positions))
  }
}

/**
 * Events as they are sent. The last one alone names the place after all of them: a connection that breaks among them is
 * gone on with before the first, and what was not shown comes. A beat names it too, so that a broken connection does not
 * look through all again of which nothing fitted.
 */
export function roundText(
  events: readonly { readonly event: string; readonly data: object }[],
  id: string,
): string {
  return events
    .map(({ event, data }, n) => {
      const place = n === events.length - 1 ? `id: ${id}\n` : ''
      return `event: ${event}\n${place}data: ${JSON.stringify(data)}\n\n`
    })
    .join('')
}

function describe(line: MailLine, { reasonText }: ApiParts): LiveLine {
  const { messageId, at, mailFrom, rcptTo, subject, state, reason, tenant } = line
  return {
    messageId,
    at: moment(at),
    mailFrom,
    rcptTo,
    subject: cutText(subject, subjectShown),
    state,
    reason,
    reasonText: reasonText(reason),
    tenant,
  }
}

import { Readable } from 'node:stream'
import { type LiveLine, routes, type SearchQuery } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { reachOfMail } from '#services/access/principal.ts'
import { type LiveRound, liveMail, positionsId, readPositions } from '#services/search/live-mail.ts'
import type { MailLine } from '#services/search/search-store.ts'
import { principalOf } from '../access/guard-access.ts'
import { cutText } from '../answers/cut-text.ts'
import { filterOf } from '../answers/describe-found.ts'
import { keyOf } from '../answers/key-of.ts'
import { moment } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import type { ApiContext } from './api-context.ts'

/** Listeners at a time, and of one person: each asks the store once a second. */
const mostListeners = 50
const mostOfOne = 4
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
  const listening = new Map<string, number>()
  app.get<{ Querystring: SearchQuery }>(
    path,
    { config: { access, scoped: true, ofPeople }, schema: { querystring: query } },
    async (request, reply) => {
      const principal = principalOf(request)
      const filter = filterOf(request.query, principal, parts.clock.now())
      const own = listening.get(principal.who) ?? 0
      const total = [...listening.values()].reduce((sum, each) => sum + each, 0)
      if (own >= mostOfOne || total >= mostListeners)
        throw problems.notAvailable('Too many listen already; close another page that does.')
      const id = request.headers['last-event-id']
      const end = new AbortController()
      const timer = setTimeout(() => end.abort(), longestMs)
      listening.set(principal.who, own + 1)
      reply.raw.once('close', () => {
        clearTimeout(timer)
        end.abort()
        const left = (listening.get(principal.who) ?? 1) - 1
        if (left === 0) listening.delete(principal.who)
        else listening.set(principal.who, left)
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
    const id = positionsId(positions)
    let text = skipped > 0 ? `event: gap\nid: ${id}\ndata: {"skipped":${skipped}}\n\n` : ''
    for (const line of lines)
      text += `event: mail\nid: ${id}\ndata: ${JSON.stringify(describe(line, parts))}\n\n`
    const now = performance.now()
    // The id goes on also while nothing fits, so that a broken connection does not look through it all again.
    if (text === '' && (saidAt === 0 || now - saidAt > beatMs)) text = `event: beat\nid: ${id}\ndata: {}\n\n`
    if (text === '') continue
    saidAt = now
    yield text
  }
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

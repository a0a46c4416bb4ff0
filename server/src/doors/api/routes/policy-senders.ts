import { routes, type SenderLine, type SendersQuery } from '@mailkeep/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { addSenders, removeSenders } from '#services/policy/list-senders.ts'
import type { KeptSender } from '#services/policy/policy-store.ts'
import { readSenderLines, senderFile } from '#services/policy/sender-file.ts'
import { principalOf } from '../access/guard-access.ts'
import { moment } from '../answers/moment.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const pageSize = 25
const mostInFile = 100_000
const filePage = 1000

/** `/api/v1/policy/senders`: allow and block lists. */
export function policySenderRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  const { policy } = parts
  const selectionOf = async (principal: Principal, { level, kind, find }: SendersQuery) => {
    const levels =
      level === undefined
        ? await door.all(principal)
        : { scopes: [(await door.level(principal, level)).name] }
    return { ...levels, ...(kind && { kind }), ...(find && { find: find.toLowerCase() }) }
  }

  addRoute(app, routes.senders, async ({ principal, query }) => {
    const { after = '', limit = pageSize } = query
    const selection = await selectionOf(principal, query)
    const found = await policy.reader.findSenders({ ...selection, after, limit: limit + 1 })
    const lines = found.slice(0, limit)
    const last = lines.at(-1)
    return {
      lines: lines.map(describe),
      next: found.length > limit && last ? keyOf(last) : null,
      total: await policy.reader.countSenders(selection),
    }
  })
  app.route({
    method: 'GET',
    url: routes.sendersFile.path,
    config: { access: routes.sendersFile.access, scoped: true, ofPeople: true },
    schema: { querystring: routes.sendersFile.query },
    async handler(request: FastifyRequest, reply) {
      const selection = await selectionOf(principalOf(request), request.query as SendersQuery)
      const found: KeptSender[] = []
      for (let after = ''; found.length < mostInFile; after = keyOf(found.at(-1)!)) {
        const page = await policy.reader.findSenders({ ...selection, after, limit: filePage })
        found.push(...page)
        if (page.length < filePage) break
      }
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="senders.csv"')
        .type('text/csv; charset=utf-8')
        .send(senderFile(found))
    },
  })
  addRoute(app, routes.addSenders, async ({ principal, body }) => {
    const { level, kind, entries } = body
    const scope = await door.level(principal, level)
    const given = entries.map((text) => ({ kind, text }))
    return done(await addSenders(door.order(principal), scope, given, body.try ? 'try' : null))
  })
  addRoute(app, routes.importSenders, async ({ principal, body }) => {
    const scope = await door.level(principal, body.level)
    const given = readSenderLines(body.csv, body.kind ?? null)
    if (given.length === 0) throw new OrderError('wrong', 'the file has no entries')
    return done(await addSenders(door.order(principal), scope, given, body.try ? 'try' : null))
  })
  addRoute(app, routes.removeSenders, async ({ principal, body }) => {
    const scope = await door.level(principal, body.level)
    const version = await removeSenders(door.order(principal), scope, body.kind, body.entries)
    await parts.publish()
    return { version }
  })

  async function done({ added, already, notices, refused, version }: Awaited<ReturnType<typeof addSenders>>) {
    if (version !== null) await parts.publish()
    const copied = (notes: typeof notices) => notes.map((each) => ({ ...each }))
    return {
      added: [...added],
      already: [...already],
      notices: copied(notices),
      refused: copied(refused),
      version,
    }
  }
}

function describe({ scope, kind, entry, addedAt, addedBy }: KeptSender): SenderLine {
  return { level: scope, kind, entry, addedAt: moment(addedAt), addedBy }
}

/** Where the next page begins. */
function keyOf({ scope, entry, kind }: KeptSender): string {
  return `${scope}\n${entry}\n${kind}`
}

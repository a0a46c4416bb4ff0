import type { ApiRoute, Static, TSchema } from '@mailkeep/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { principalOf } from '../access/guard-access.ts'

type Shape<Schema> = Schema extends TSchema ? Static<Schema> : undefined

/** What was asked, held against the contract before it comes here. */
export interface Asked<Route extends ApiRoute> {
  readonly principal: Principal
  readonly params: Shape<Route['params']>
  readonly query: Shape<Route['query']>
  readonly body: Shape<Route['body']>
  /** The state that the asker has seen and wants to change (If-Match); null: he does not say. */
  readonly ifMatch: string | null
}

/** Puts an address of the contract on the door: its right is checked and its question is read before `answer` runs. */
export function addRoute<const Route extends ApiRoute>(
  app: FastifyInstance,
  route: Route,
  answer: (asked: Asked<Route>) => Promise<Shape<Route['answer']>>,
): void {
  const { method, path, access, params, query, body } = route
  app.route({
    method,
    url: path,
    config: { access, writes: method !== 'GET', scoped: isScoped(query) },
    schema: { ...(params && { params }), ...(query && { querystring: query }), ...(body && { body }) },
    async handler(request: FastifyRequest, reply: FastifyReply) {
      const asked = {
        principal: principalOf(request),
        params: request.params,
        query: request.query,
        body: request.body,
        ifMatch: readTag(request.headers['if-match']),
      } as Asked<Route>
      const answered = await answer(asked)
      const { etag } = (answered ?? {}) as { etag?: unknown }
      if (typeof etag === 'string') reply.header('etag', `"${etag}"`)
      return reply
        .header('cache-control', 'no-store')
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(answered))
    },
  })
}

function isScoped(query: TSchema | undefined): boolean {
  return Object.hasOwn((query as { properties?: object } | undefined)?.properties ?? {}, 'scope')
}

function readTag(header: string | undefined): string | null {
  return header === undefined || header === '*' ? null : header.replace(/^(?:W\/)?"|"$/g, '')
}

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
      } as Asked<Route>
      return reply
        .header('cache-control', 'no-store')
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(await answer(asked)))
    },
  })
}

function isScoped(query: TSchema | undefined): boolean {
  return Object.hasOwn((query as { properties?: object } | undefined)?.properties ?? {}, 'scope')
}

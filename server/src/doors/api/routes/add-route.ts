import type { ApiRoute, Static, TSchema } from '@mailkeep/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { type Asker, principalOf } from '../access/guard-access.ts'
import { problems } from '../api-problem.ts'
import { answerOnce } from './answer-once.ts'
import { assertMatch, tagOf } from './if-match.ts'
import { inTime } from './in-time.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** How long an answer waits for the store. */
    readonly storeWaitMs: number
  }
}

type Shape<Schema> = Schema extends TSchema ? Static<Schema> : undefined

/** What was asked, held against the contract before it comes here. */
export interface Asked<Route extends ApiRoute> {
  readonly principal: Principal
  /** The session of a manager; null: a key, or nobody. */
  readonly signedIn: Asker['signedIn']
  readonly params: Shape<Route['params']>
  readonly query: Shape<Route['query']>
  readonly body: Shape<Route['body']>
  /** The state that the asker has seen and wants to change (If-Match); null: he does not say. */
  readonly ifMatch: string | null
  /** The asker wants to add something, and to write over nothing (`If-None-Match: *`). */
  readonly isNew: boolean
  /** Throws (412) unless If-Match names this view, where the route asks for it; what is shown here is then written over. */
  readonly assertSeen: (view: unknown) => void
  /** Host name and origin by which the page was reached; see placeOf. */
  readonly request: FastifyRequest
}

/**
 * Puts an address of the contract on the door: its right is checked and its question is read before `answer` runs.
 */
export function addRoute<const Route extends ApiRoute>(
  app: FastifyInstance,
  route: Route,
  answer: (asked: Asked<Route>) => Promise<Shape<Route['answer']>>,
): void {
  const { method, path, access, params, query, body, bodyBytes, ofPeople } = route
  app.route({
    method,
    url: path,
    ...(bodyBytes !== undefined && { bodyLimit: bodyBytes }),
    config: { access, writes: method !== 'GET', scoped: isScoped(query), ofPeople: ofPeople === true },
    schema: { ...(params && { params }), ...(query && { querystring: query }), ...(body && { body }) },
    async handler(request: FastifyRequest, reply: FastifyReply) {
      const asked = {
        principal: access === 'open' ? nobody : principalOf(request),
        signedIn: request.asker?.signedIn ?? null,
        params: request.params,
        query: request.query,
        body: request.body,
        ifMatch: readTag(request.headers['if-match']),
        isNew: request.headers['if-none-match'] === '*',
        assertSeen: (view: unknown) => assertMatch(request, view),
        request,
      } as Asked<Route>
      const make = async () => {
        if (route.matches && request.headers['if-match'] === undefined) throw problems.needsMatch()
        const answered = await answer(asked)
        const { etag } = (answered ?? {}) as { etag?: unknown }
        if (typeof etag === 'string') reply.header('etag', `"${etag}"`)
        return JSON.stringify(answered)
      }
      const work =
        method === 'POST' ? answerOnce(app.keptAnswers, request, asked.principal, route, make) : make()
      const text = await (route.patient ? work : inTime(work, app.storeWaitMs))
      reply.header('cache-control', 'no-store')
      if (route.tagged || route.matches) {
        const tag = tagOf(text)
        // One that names its state itself is matched by that.
        if (reply.getHeader('etag') === undefined) reply.header('etag', tag)
        if (method === 'GET' && request.headers['if-none-match'] === tag) return reply.code(304).send()
      }
      return reply.type('application/json; charset=utf-8').send(text)
    },
  })
}

const nobody: Principal = {
  who: 'nobody',
  name: '',
  ip: '',
  rights: new Set(),
  tenant: '',
  tenants: new Set(),
  domains: new Set(),
}

function isScoped(query: TSchema | undefined): boolean {
  return Object.hasOwn((query as { properties?: object } | undefined)?.properties ?? {}, 'scope')
}

function readTag(header: string | undefined): string | null {
  return header === undefined || header === '*' ? null : header.replace(/^(?:W\/)?"|"$/g, '')
}

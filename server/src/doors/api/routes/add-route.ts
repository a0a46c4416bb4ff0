import { type ApiRoute, isAnsweredOnce, type Static, type TSchema } from '@mailkeep/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { type Asker, principalOf } from '../access/guard-access.ts'
import { problems } from '../api-problem.ts'
import { answerOnce } from './answer-once.ts'
import { assertMatch, namesTag, tagOf } from './if-match.ts'
import { inTime } from './in-time.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** How long an answer waits for the store. */
    readonly storeWaitMs: number
  }
}

type Shape<Schema> = Schema extends TSchema ? Static<Schema> : undefined

/** Where the contract does not say that a state is compared, no handler does it: nobody would know. */
declare const notCompared: unique symbol
type NotCompared = typeof notCompared

/** What was asked, held against the contract before it comes here. */
export interface Asked<Route extends ApiRoute> {
  readonly principal: Principal
  /** The session of a manager; null: a key, or nobody. */
  readonly signedIn: Asker['signedIn']
  readonly params: Shape<Route['params']>
  readonly query: Shape<Route['query']>
  readonly body: Shape<Route['body']>
  /** The state that the asker has seen and wants to change (If-Match); null: he does not say. */
  readonly ifMatch: Route extends { readonly matches: true } | { readonly mayMatch: true }
    ? string | null
    : NotCompared
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
        assertCompared(route, request.headers['if-match'])
        return JSON.stringify(await answer(asked))
      }
      const isOnce = isAnsweredOnce(route)
      const work = isOnce ? answerOnce(app.keptAnswers, request, asked.principal, route, make) : make()
      const text = await (route.patient ? work : inTime(work, app.storeWaitMs))
      reply.header('cache-control', 'no-store')
      const own = ownTag(text, route)
      const tag = route.tagged || route.matches ? tagOf(text) : null
      if (own !== null || tag !== null) reply.header('etag', own ?? tag)
      // One of its own may leave out what nobody changes, so it says nothing of the whole answer.
      if (tag !== null && method === 'GET' && namesTag(request.headers['if-none-match'] ?? '', tag))
        return reply.code(304).send()
      return reply.type('application/json; charset=utf-8').send(text)
    },
  })
}

/**
 * Whoever says what he has read gets a comparison or hears that there is none: what is not compared would be written over
 * while he thinks that nothing can be. `*` says nothing but that it is there.
 * @throws ApiProblem 400, 428
 */
function assertCompared({ method, matches, mayMatch }: ApiRoute, seen: string | undefined): void {
  if (matches && seen === undefined) throw problems.needsMatch()
  if (method === 'GET' || matches || mayMatch || seen === undefined || seen.trim() === '*') return
  throw problems.notCompared()
}

/** The tag of an answer that names its state itself; also of one that was kept, so that it is the same as the first. */
function ownTag(text: string, { answer }: ApiRoute): string | null {
  const { properties = {} } = (answer ?? {}) as { readonly properties?: object }
  if (!Object.hasOwn(properties, 'etag')) return null
  const { etag } = JSON.parse(text) as { readonly etag?: string }
  return etag === undefined ? null : `"${etag}"`
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

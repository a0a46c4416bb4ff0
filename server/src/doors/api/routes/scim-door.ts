import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ScimError, wrongValue } from '#services/sync/scim/scim-error.ts'
import { findScimToken } from '#services/sync/scim/scim-token.ts'
import { AskRate } from '../access/ask-rate.ts'
import { AskTurns } from '../access/ask-turns.ts'
import { jsonOf } from '../answers/json-pieces.ts'
import { ApiProblem } from '../api-problem.ts'
import type { ApiContext } from './api-context.ts'
import { inTime } from './in-time.ts'
import type { ScimQuery } from './scim-query.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The source of people whose token was shown. */
    scimSource: string
    /** What is done for it, which may go on after the answer; null: not begun. */
    scimWork: Promise<unknown> | null
  }
}

/** What a directory has asked. */
export interface ScimAsked {
  readonly source: string
  /** The last part of the path; empty: none. */
  readonly id: string
  readonly query: ScimQuery
  readonly body: unknown
}

interface ScimAnswer {
  readonly code?: number
  readonly location?: string
  readonly answer?: object
}

/** A person takes some kilobytes. */
const longestBody = 64 << 10
const busyMs = 1000
/** JSON of so many characters is read within milliseconds. */
const longestHere = 64 << 10
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const answerType = 'application/scim+json; charset=utf-8'

/** Of a directory that sends its people: in a first round it asks for each of them. */
const directoryRate = { most: 500, perSecond: 50 }

/**
 * What holds for everything below `/scim/v2`: a token before anything is read, a bound on questions and bodies, and
 * mistakes as directories understand them (RFC 7644, 3.12).
 */
export function openScimDoor(
  door: FastifyInstance,
  {
    scim,
    readScim,
    readLargeBody,
    clock,
    log,
  }: Pick<ApiContext['parts'], 'scim' | 'readScim' | 'readLargeBody' | 'clock' | 'log'>,
): void {
  const rate = new AskRate(directoryRate)
  const turns = new AskTurns()
  door.decorateRequest('scimSource', '')
  door.decorateRequest('scimWork', null)
  door.setErrorHandler((cause, _request, reply) => answerError(toScimError(cause as Error, log), reply))
  door.addHook('onRequest', async (request, reply) => {
    const closed = new Promise<void>((resolve) => reply.raw.once('close', resolve))
    const shown = /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const token = await inTime(findScimToken(scim, readScim, shown, clock.now()), door.storeWaitMs)
    if (!token) throw new ScimError(401, null, 'This token is not known, or was revoked.')
    const waitMs = rate.take(token.source, clock.now())
    if (waitMs > 0) throw new ScimError(429, null, 'Too many questions at once.', waitMs)
    const end = await turns.take(token.tenant)
    if (!end) throw new ScimError(429, null, 'Too many questions at once.', busyMs)
    // Not before the work has ended: an answer that was too late, or that nobody waits for, costs what any other does.
    void closed
      .then(() => request.scimWork)
      .catch(() => undefined)
      .then(end)
    request.scimSource = token.source
  })
  door.removeContentTypeParser('application/json')
  door.addContentTypeParser(
    ['application/json', 'application/scim+json'],
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string | Buffer) => {
      if (body.length <= longestHere) return readBody(String(body))
      // Who goes away meanwhile keeps his turn until it is read.
      const reading = readLargeBody(String(body))
      request.scimWork = reading
      return reading
    },
  )
  // What is not known here is no page of the console either.
  for (const method of methods)
    addScimRoute(door, method, '/*', async () => {
      throw new ScimError(404, null, 'There is nothing at this address.')
    })
}

/** Puts one address on the door. @param bodyLimit bytes */
export function addScimRoute(
  door: FastifyInstance,
  method: (typeof methods)[number],
  url: string,
  answer: (asked: ScimAsked) => Promise<ScimAnswer>,
  bodyLimit = longestBody,
): void {
  door.route({
    method,
    url,
    bodyLimit,
    // Its own tokens stand in front, see openScimDoor.
    config: { access: 'open', writes: method !== 'GET' },
    async handler(request, reply) {
      const seen = request.headers['if-match']
      // Nobody was given a version here; to change something regardless is what was not wanted (RFC 9110, 13.1.1).
      if (method !== 'GET' && seen !== undefined && seen.trim() !== '*')
        throw new ScimError(412, null, 'Versions are not kept here: ask without If-Match.')
      const asked: ScimAsked = {
        source: request.scimSource,
        id: (request.params as { readonly id?: string }).id ?? '',
        query: readQuery(request.query as Readonly<Record<string, unknown>>),
        body: request.body,
      }
      const work = answer(asked)
      request.scimWork = work
      const { code = 200, location, answer: found } = await inTime(work, door.storeWaitMs)
      reply.code(code).header('cache-control', 'no-store')
      if (location !== undefined) reply.header('location', location)
      if (found === undefined) return reply.send()
      return reply.type(answerType).send(await jsonOf(found))
    },
  })
}

/** Names are compared without case. @throws ScimError where one stands twice: whoever means one of two would be told all */
function readQuery(query: Readonly<Record<string, unknown>>): ScimQuery {
  const read = new Map<string, string>()
  for (const [name, value] of Object.entries(query)) {
    const plain = name.toLowerCase()
    if (typeof value !== 'string' || read.has(plain))
      throw wrongValue(`${plain.slice(0, 100)} stands in the address more than once.`)
    read.set(plain, value)
  }
  return Object.fromEntries(read)
}

/** @throws ScimError; nothing at all is no mistake: some directories name a type where they send no body */
function readBody(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ScimError(400, 'invalidSyntax', 'The body is not JSON.')
  }
}

/** A fault of ours is not explained to the outside; the log has it. */
function toScimError(cause: Error, log: ApiContext['parts']['log']): ScimError {
  if (cause instanceof ScimError) return cause
  if (cause instanceof ApiProblem) return new ScimError(cause.status, null, cause.message, cause.retryMs)
  const { statusCode = 500 } = cause as { readonly statusCode?: number }
  if (statusCode >= 400 && statusCode < 500) return new ScimError(statusCode, null, cause.message)
  log.error({ cause: String(cause.stack ?? cause) }, 'what a directory pushed could not be taken in')
  return new ScimError(500, null, 'A fault of ours; the log says why.')
}

function answerError({ status, scimType, message, retryMs }: ScimError, reply: FastifyReply): FastifyReply {
  reply.code(status).header('cache-control', 'no-store')
  if (retryMs > 0) reply.header('retry-after', Math.ceil(retryMs / 1000))
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="Mailkeep"')
  return reply.type(answerType).send(
    JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType !== null && { scimType }),
      detail: message,
    }),
  )
}

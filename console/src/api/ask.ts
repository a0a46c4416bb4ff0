import type { ApiRoute, Problem, Static, TSchema } from '@mailkeep/contract'
import { replaceEqualDeep } from '@tanstack/react-query'
import { ApiFault, noAnswer } from './api-fault.ts'
import { noteAnswer } from './connection.ts'

type Shape<Schema> = Schema extends TSchema ? Static<Schema> : undefined

/** What a route answers. */
export type AnswerOf<Route extends ApiRoute> = Shape<Route['answer']>
export type QueryOf<Route extends ApiRoute> = Shape<Route['query']>

/** What is asked of a route: the parts that its contract has. */
export interface Question<Route extends ApiRoute> {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: QueryOf<Route>
  readonly body?: Shape<Route['body']>
  readonly signal?: AbortSignal
  /** `tagOf` what is to be changed: the change is refused where somebody else was faster. */
  readonly ifMatch?: string | undefined
  /** Something is added: refused where there is one of this name. */
  readonly isNew?: boolean
  /** Pressed twice is once: the same key for the same order. Made anew where none is given. */
  readonly key?: string
}

/** Answers later than this are as good as none; the server itself promises two seconds. */
const waitMs = 15_000

/**
 * Asks a route of the contract. Who is not signed in is led to where he can be, and comes back to this page.
 * @throws ApiFault with the words of the server, or `no-answer`
 */
export async function ask<const Route extends ApiRoute>(
  route: Route,
  { params = {}, query, body, signal, key, ifMatch, isNew }: Question<Route> = {},
): Promise<AnswerOf<Route>> {
  const writes = route.method !== 'GET'
  const answer = await send(addressOf(route, params, query), {
    method: route.method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(writes && { 'idempotency-key': key ?? newKey() }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(isNew && { 'if-none-match': '*' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(waitMs)]) : AbortSignal.timeout(waitMs),
  })
  if (answer.ok) return readAnswer<AnswerOf<Route>>(answer)
  if (answer.status === 401) goToSignIn()
  const retryMs = 1000 * Number(answer.headers.get('retry-after') ?? 0)
  throw new ApiFault(await readProblem(answer), retryMs)
}

const tags = new WeakMap<object, string>()

/** Names the state of something that was answered, for `ifMatch`; undefined: it has no tag. */
export function tagOf(answer: object): string | undefined {
  return tags.get(answer)
}

/** What is alike in two answers stays the same object, so that less is drawn anew; the tag is that of the newer one. */
export function shareAnswer(before: unknown, next: unknown): unknown {
  const shared: unknown = replaceEqualDeep(before, next)
  if (typeof shared !== 'object' || shared === null || typeof next !== 'object' || next === null)
    return shared
  const tag = tags.get(next)
  if (tag !== undefined) tags.set(shared, tag)
  return shared
}

async function readAnswer<Value>(answer: Response): Promise<Value> {
  const text = await answer.text()
  const value = (text === '' ? null : JSON.parse(text)) as Value
  const tag = answer.headers.get('etag')
  if (tag !== null && typeof value === 'object' && value !== null) tags.set(value, tag)
  return value
}

/** Where a route is, with what is asked of it; also for links that download. */
export function addressOf<const Route extends ApiRoute>(
  route: Route,
  params: Readonly<Record<string, string>> = {},
  query?: Readonly<Record<string, unknown>>,
): string {
  const path = route.path.replace(/:(\w+)/g, (_found, name: string) => encodeURIComponent(params[name] ?? ''))
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value))
  return parameters.size === 0 ? path : `${path}?${parameters}`
}

/** Names an order, so that the server knows it again when it comes twice. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) =>
    each.toString(16).padStart(2, '0'),
  ).join('')
}

async function send(address: string, request: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(address, request)
    noteAnswer(answer.status !== 502 && answer.status !== 504)
    return answer
  } catch (cause) {
    if (request.signal?.aborted && (request.signal.reason as Error)?.name === 'AbortError') throw cause
    noteAnswer(false)
    throw noAnswer()
  }
}

async function readProblem(answer: Response): Promise<Problem> {
  try {
    const problem = (await answer.json()) as Problem
    if (typeof problem.title === 'string') return problem
  } catch {
    // A web server between us speaks HTML.
  }
  return {
    type: 'urn:mailkeep:no-words',
    status: answer.status,
    title: 'This was not answered',
    detail: `The server said ${answer.status} and no more.`,
  }
}

function goToSignIn(): void {
  const { pathname, search } = window.location
  window.location.assign(`/sign-in?to=${encodeURIComponent(pathname + search)}`)
}

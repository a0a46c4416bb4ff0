import type { Readable } from 'node:stream'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { NetworkList } from '#ground/platform/network-list.ts'
import {
  askService,
  type ServiceAnswer,
  ServiceError,
  type ServiceQuestion,
  type ServiceRules,
} from '#ground/platform/web/ask-service.ts'
import { SyncFault, type SyncFaultCode } from '../sync-fault.ts'

/** What readers of sources are given of the world. */
export interface Outside {
  readonly resolver: Resolver
  /** Networks that may be asked although they are not public, at any port. */
  readonly allowed: NetworkList
  readonly userAgent: string
  readonly openFile: (path: string) => Readable
}

/** One answer; a page of a thousand people takes seconds at most. */
const answerMs = 60_000
/** A Retry-After up to this is waited for within a run. */
const patienceMs = 20_000
/** Of one answer. */
export const mostBytes = 64 << 20

/** Asks over HTTPS. @throws SyncFault */
export async function ask(
  url: string,
  question: ServiceQuestion,
  { resolver, allowed, userAgent }: Outside,
  more: { readonly ca: string; readonly signal: AbortSignal },
): Promise<ServiceAnswer> {
  const rules: ServiceRules = {
    resolver,
    allowed,
    userAgent,
    timeoutMs: answerMs,
    patienceMs,
    mostBytes,
    ...more,
  }
  try {
    return await askService(new URL(url), question, rules)
  } catch (cause) {
    if (cause instanceof ServiceError)
      throw new SyncFault(faultOf[cause.trouble], cause.message, cause.retryAfterMs)
    throw cause
  }
}

const faultOf: Readonly<Record<ServiceError['trouble'], SyncFaultCode>> = {
  address: 'address-refused',
  network: 'unreachable',
  certificate: 'certificate-refused',
  'too-large': 'too-large',
  busy: 'busy',
}

/** An answer as client libraries want it. */
export function toResponse({ status, headers, body }: ServiceAnswer): Response {
  const isEmpty = status === 204 || status === 304
  const kept = Object.entries(headers).filter(
    ([name]) => !/^(?:content-encoding|content-length|transfer-encoding)$/.test(name),
  )
  return new Response(isEmpty ? null : new Uint8Array(body), { status, headers: kept })
}

/** Asks for an access token (RFC 6749). @throws SyncFault */
export async function askToken(
  url: string,
  fields: Readonly<Record<string, string>>,
  outside: Outside,
  more: { readonly ca: string; readonly signal: AbortSignal },
): Promise<string> {
  const { status, body } = await ask(
    url,
    {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(fields).toString(),
    },
    outside,
    more,
  )
  const said = readJson(body) as Refusal & { readonly access_token?: unknown }
  if (status >= 500)
    throw new SyncFault('unreachable', `${new URL(url).host} answered ${status} to our sign-in`)
  if (status !== 200) throw new SyncFault('sign-in-refused', `${status}: ${wordsOf(said)}`.trim())
  if (typeof said.access_token !== 'string')
    throw new SyncFault('unreadable', 'there is no token in the answer to our sign-in')
  return said.access_token
}

/** A sign-in that was refused: texts by the standard, an object where what answers is not the door for sign-ins. */
interface Refusal {
  readonly error?: unknown
  readonly error_description?: unknown
}

function wordsOf({ error, error_description: description }: Refusal): string {
  const told: { code?: unknown; message?: unknown } =
    typeof error === 'object' && error !== null ? error : { code: error, message: description }
  return [told.code, told.message]
    .filter((each) => typeof each === 'string' || typeof each === 'number')
    .join(' ')
}

/** JSON, or an empty object for what is none. */
function readJson(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/**
 * What a failed question means. Once a page has come, whatever is missing is a part of the whole, and never a removal.
 * @param pages read before this one
 */
export function faultOfStatus(status: number, pages: number, text: string): SyncFault {
  const said = `${status}: ${text}`
  if (status === 401) return new SyncFault('sign-in-refused', said)
  if (status === 403) return new SyncFault('not-permitted', said)
  if (pages > 0) return new SyncFault('partial', `page ${pages + 1} is missing: ${said}`)
  return new SyncFault(status >= 500 ? 'unreachable' : 'wrong-settings', said)
}

import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { request as askSecure } from 'node:https'
import { isIP } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { findPlace, type PageRules } from './ask-page.ts'

/** `address`: our own rules refuse the place. `network`: it cannot be reached. `too-large`: it says more than we read. `busy`: it wants to be asked later. */
export type ServiceTrouble = 'address' | 'network' | 'certificate' | 'too-large' | 'busy'

/** A service of others gave no answer that could be used. */
export class ServiceError extends Error {
  readonly trouble: ServiceTrouble
  /** When it wants to be asked again; null: it did not say. */
  readonly retryAfterMs: number | null
  constructor(trouble: ServiceTrouble, text: string, retryAfterMs: number | null = null) {
    super(text)
    this.name = 'ServiceError'
    this.trouble = trouble
    this.retryAfterMs = retryAfterMs
  }
}

export interface ServiceRules extends Pick<PageRules, 'resolver' | 'allowed'> {
  /** Ends everything. */
  readonly signal: AbortSignal
  /** One answer, from the first byte sent to the last one read. */
  readonly timeoutMs: number
  readonly mostBytes: number
  /** Certificates (PEM) of a private authority that are trusted beside those of the world; empty: none. */
  readonly ca: string
  /** A Retry-After up to this is waited for, a few times; a longer one ends the question. */
  readonly patienceMs: number
  readonly userAgent: string
}

export interface ServiceQuestion {
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer | undefined
}

export interface ServiceAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const mostWaits = 3
const longestRetryAfterMs = 86_400_000

/**
 * Asks a service over HTTPS on behalf of a tenant, who chose its address: the name is looked up once, all of its
 * addresses must be public or allowed by the operator, and the connection goes to the very address that was checked.
 * Follows no redirection, since that would carry credentials elsewhere. @throws ServiceError
 */
export async function askService(
  url: URL,
  question: ServiceQuestion,
  rules: ServiceRules,
): Promise<ServiceAnswer> {
  for (let waits = 0; ; waits++) {
    const answer = await askOnce(url, question, rules)
    if (answer.status !== 429 && answer.status !== 503) return answer
    const after = readRetryAfter(answer.headers['retry-after'])
    if (after === null && answer.status === 503) return answer
    if (after === null || after > rules.patienceMs || waits >= mostWaits)
      throw new ServiceError('busy', `${url.host} answered ${answer.status}: asked too often`, after)
    await wait(after, undefined, { signal: rules.signal })
  }
}

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds from now; null: none that can be read. */
export function readRetryAfter(text: string | undefined, now = Date.now()): number | null {
  if (text === undefined) return null
  const ms = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), longestRetryAfterMs)
}

async function askOnce(url: URL, question: ServiceQuestion, rules: ServiceRules): Promise<ServiceAnswer> {
  if (url.protocol !== 'https:')
    throw new ServiceError('address', `${url.protocol} is not asked, only https:`)
  const place = await findPlace(url, rules)
  if (typeof place !== 'string')
    throw new ServiceError(
      place.kind === 'refused' ? 'address' : 'network',
      place.kind === 'answered' ? '' : place.why,
    )
  const signal = AbortSignal.any([rules.signal, AbortSignal.timeout(rules.timeoutMs)])
  try {
    return await connect(url, question, place, signal, rules)
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (signal.aborted) throw new ServiceError('network', `${url.host} did not answer in time`)
    const isTls = /CERT|SELF_SIGNED|ALTNAME|^ERR_(?:TLS|SSL)|EPROTO|UNABLE_TO/.test(code)
    throw new ServiceError(isTls ? 'certificate' : 'network', `${url.host}: ${message}`)
  }
}

async function connect(
  url: URL,
  { method = 'GET', headers = {}, body }: ServiceQuestion,
  address: string,
  signal: AbortSignal,
  rules: ServiceRules,
): Promise<ServiceAnswer> {
  const { rootCertificates } = await import('node:tls')
  const sent: OutgoingHttpHeaders = {
    ...headers,
    host: url.host,
    'user-agent': rules.userAgent,
    connection: 'close',
  }
  if (body !== undefined) sent['content-length'] = Buffer.byteLength(body)
  const request = askSecure({
    host: address,
    port: Number(url.port || 443),
    method,
    path: `${url.pathname}${url.search}`,
    headers: sent,
    agent: false,
    signal,
    maxHeaderSize: 128 << 10,
    ...(rules.ca !== '' && { ca: [...rootCertificates, rules.ca] }),
    ...(isIP(url.hostname) === 0 && { servername: url.hostname }),
  })
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve)
      request.on('error', reject)
      request.end(body)
    })
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value ?? '')]),
      ),
      body: await readWhole(response, rules.mostBytes, url.host),
    }
  } finally {
    request.destroy()
  }
}

/** A body cut short would look like fewer people: it is read to its end, or not at all. */
async function readWhole(response: IncomingMessage, most: number, host: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new ServiceError('too-large', `${host} answered more than ${most} bytes at once`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

import { request as askPlain, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as askSecure } from 'node:https'
import { isIP } from 'node:net'
import { isTemporary, type Resolver } from '../dns/resolver.ts'
import type { NetworkList } from '../network-list.ts'
import { isPublicAddress } from './public-address.ts'

/** What a server said, as far as it was read. */
export interface PageAnswer {
  readonly status: number
  readonly location: string | null
  readonly contentType: string
  /** What tells this answer from others of the same page; null: it has none. */
  readonly etag?: string | null
  readonly lastModified?: string | null
  /** The beginning of the body; empty for HEAD. */
  readonly body: Buffer
}

/** `refused`: by our own rules, and asking again would not help. `failed`: it may work later. */
export type PageOutcome =
  | { readonly kind: 'answered'; readonly answer: PageAnswer }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }

export interface PageRules {
  readonly resolver: Resolver
  /** Networks that may be asked although they are not public, at any port. */
  readonly allowed: NetworkList
  /** Time for everything, name and body included. */
  readonly timeoutMs: number
  /** Ends what is under way; absent: only time does. */
  readonly signal?: AbortSignal
  readonly userAgent: string
  /** What is read of a body at most. */
  readonly mostBytes: number
}

/** What goes along with a question: to servers that somebody of ours has named, never to those of links. */
export interface PageSent {
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const mostHeader = 16 << 10

/**
 * Asks one page of strangers, and follows nothing. The name is looked up once, all of its addresses must be public,
 * and the connection goes to the very address that was checked: an answer of DNS that changes meanwhile changes
 * nothing. No cookies, no credentials, ports 80 and 443 alone.
 */
export async function askPage(
  url: URL,
  method: 'HEAD' | 'GET' | 'POST',
  rules: PageRules,
  sent?: PageSent,
): Promise<PageOutcome> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused(`${url.protocol} is not asked`)
  if (url.username !== '' || url.password !== '') return refused('it carries a name or a password')
  const timeout = AbortSignal.timeout(rules.timeoutMs)
  const deadline = rules.signal ? AbortSignal.any([timeout, rules.signal]) : timeout
  const place = await Promise.race([findPlace(url, rules), expired(deadline)])
  if (typeof place !== 'string') return place
  try {
    return await ask(url, { method, sent }, place, deadline, rules)
  } catch (cause) {
    return failed(deadline.aborted ? tooLate(rules) : (cause as Error).message)
  }
}

/** The address to connect to, after all of them were looked at. */
export async function findPlace(
  url: URL,
  { resolver, allowed }: Pick<PageRules, 'resolver' | 'allowed'>,
): Promise<string | PageOutcome> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) === 0 ? await lookUp(host, resolver) : [host]
  if (!Array.isArray(addresses)) return addresses
  const isAllowed = addresses.every((each) => allowed.contains(each))
  const secret = addresses.find((each) => !isPublicAddress(each))
  if (secret !== undefined && !isAllowed)
    return refused(`${host} has the address ${secret}, which is not public`)
  if (url.port !== '' && !isAllowed) return refused(`port ${url.port} is not asked`)
  return addresses[0] ?? failed(`${host} has no address`)
}

/** All addresses of a name: one that is not public among public ones spoils them. */
async function lookUp(host: string, resolver: Resolver): Promise<string[] | PageOutcome> {
  const answers = await Promise.all([resolver.lookup(host, 'A'), resolver.lookup(host, 'AAAA')])
  const found = answers.flatMap((each) => (each.status === 'found' ? each.records : []))
  if (found.length > 0) return found
  return answers.some(isTemporary)
    ? failed(`the address of ${host} could not be looked up`)
    : refused(`there is no ${host}`)
}

function expired(deadline: AbortSignal): Promise<PageOutcome> {
  return new Promise((resolve) =>
    deadline.addEventListener('abort', () => resolve(failed('its name was not found in time')), {
      once: true,
    }),
  )
}

async function ask(
  url: URL,
  { method, sent }: { readonly method: string; readonly sent: PageSent | undefined },
  address: string,
  signal: AbortSignal,
  rules: PageRules,
): Promise<PageOutcome> {
  const isSecure = url.protocol === 'https:'
  const name = url.hostname
  const options = {
    host: address,
    port: Number(url.port || (isSecure ? 443 : 80)),
    method,
    path: `${url.pathname}${url.search}`,
    headers: {
      accept: 'text/html',
      ...sent?.headers,
      host: url.host,
      'user-agent': rules.userAgent,
      connection: 'close',
      ...(sent?.body !== undefined && { 'content-length': Buffer.byteLength(sent.body) }),
    },
    agent: false as const,
    signal,
    maxHeaderSize: mostHeader,
    ...(isSecure && isIP(name) === 0 && { servername: name }),
  }
  const request = isSecure ? askSecure(options) : askPlain(options)
  try {
    const response = await answerOf(request, sent?.body)
    const body = method === 'HEAD' ? Buffer.alloc(0) : await readBody(response, rules.mostBytes)
    const { location = null, etag = null, 'content-type': contentType = '' } = response.headers
    const lastModified = response.headers['last-modified'] ?? null
    const status = response.statusCode ?? 0
    return { kind: 'answered', answer: { status, location, contentType, etag, lastModified, body } }
  } finally {
    request.destroy()
  }
}

function answerOf(request: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
    request.end(body)
  })
}

async function readBody(response: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= most) break
  }
  return Buffer.concat(chunks).subarray(0, most)
}

function tooLate({ timeoutMs }: PageRules): string {
  return `no answer in ${timeoutMs} ms`
}

function refused(why: string): PageOutcome {
  return { kind: 'refused', why }
}

function failed(why: string): PageOutcome {
  return { kind: 'failed', why }
}

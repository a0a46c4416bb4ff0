import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { problems } from './api-problem.ts'
import type { KnownWays } from './known-ways.ts'
import { isLoopbackHost, mtaStsDomain } from './loopback.ts'

/** Nothing but our own files, no frames, no forms to elsewhere, no markup made by scripts. */
const policy = policyOf()

function policyOf(styleNonce = '', more: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${styleNonce}`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    ...more,
  ].join('; ')
}

/**
 * The same for the page of the console, whose library writes its colours into style elements of that nonce. Its one
 * policy of trusted types lets text without markup pass, see console/src/trusted-types.ts.
 */
export function consolePolicy(nonce: string): string {
  return policyOf(` 'nonce-${nonce}'`, ['trusted-types default', "frame-src 'self'"])
}

/** What every answer carries. */
export const guardHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/**
 * What holds for every request: under a name of ours, and reading, but where a route writes: for programs with a key, and
 * for our own pages. A page elsewhere that points its own name here (DNS rebinding) names itself in the Host header; and MTA-STS
 * names lead to the policy and nothing else.
 * @param isOwnHost whether people reach us by this host (and port) through a web server
 */
export function guardRequests(
  app: FastifyInstance,
  isOwnHost: (host: string) => Promise<boolean>,
  ways: KnownWays,
): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(guardHeaders)
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') throw problems.noHost()
    const host = request.headers.host ?? ''
    const asksPolicy = mtaStsDomain(host) !== null && request.url === '/.well-known/mta-sts.txt'
    if (!asksPolicy && !isLoopbackHost(host) && !(await isOwnHost(host.toLowerCase())))
      throw problems.wrongHost()
    if (request.method === 'GET' || request.method === 'HEAD') return
    const methods = request.is404 ? ways.at(request.url) : []
    if (request.method === 'OPTIONS' && methods.length > 0)
      return reply.code(204).header('allow', methods.join(', ')).send()
    if (request.is404) throw ways.problemOf(request.method, request.url)
    if (!request.routeOptions.config.writes) throw problems.wrongMethod(request.method, ['GET', 'HEAD'])
    // Its address holds a secret, and programs of mail ask for it from anywhere.
    if (request.routeOptions.config.fromAnywhere) return
    // A key is sent by programs alone; a cookie goes along with whatever a browser is made to send.
    const hasKey = /^Bearer /i.test(request.headers.authorization ?? '')
    if (!hasKey && !isOwnForm(request.headers, host)) throw problems.foreignForm()
  })
}

/** Whether a form comes from a page of ours: browsers say so in one of two fields, and no page can change them. */
function isOwnForm({ origin, ...others }: IncomingHttpHeaders, host: string): boolean {
  const site = others['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  try {
    return origin !== undefined && new URL(origin).host === host
  } catch {
    return false
  }
}

import type { FastifyInstance } from 'fastify'
import { problems } from './api-problem.ts'
import { isLoopbackHost, mtaStsDomain } from './loopback.ts'

/** Nothing but our own files, no frames, no forms to elsewhere, no markup made by scripts. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/**
 * What holds for every request: reading only, under a name of this machine. A page elsewhere that points its own
 * name here (DNS rebinding) names itself in the Host header; and MTA-STS names lead to the policy and nothing else.
 */
export function guardRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    const host = request.headers.host ?? ''
    const asksPolicy = mtaStsDomain(host) !== null && request.url === '/.well-known/mta-sts.txt'
    if (!asksPolicy && !isLoopbackHost(host)) throw problems.wrongHost()
    if (request.method !== 'GET' && request.method !== 'HEAD') throw problems.onlyReading(request.method)
  })
}

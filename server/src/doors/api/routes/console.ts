import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { identify, principalOf } from '../access/guard-access.ts'
import { problems } from '../api-problem.ts'
import { consolePolicy } from '../guard-requests.ts'
import { ConsoleFiles } from '../page/console-files.ts'
import type { ApiContext } from './api-context.ts'

/** In the page as it was built, where the nonce of its style elements goes. */
const noncePlace = 'STYLE-NONCE'
/** Below these lie no pages; what is not found there is not there. */
const elsewhere = /^\/(?:(?:api|assets|metrics|\.well-known|sign-in|sign-out|account)(?:\/|\?|$)|health\/)/

/**
 * The console: one page for all its addresses, for whoever has signed in; the page asks the API for all that it shows.
 * Names of its files hold their hash, so they may be kept for ever; the page itself is never kept.
 */
export function consoleRoutes(app: FastifyInstance, { who, ways }: ApiContext): void {
  const files = new ConsoleFiles()
  app.get<{ Params: { '*': string } }>(
    '/assets/*',
    { config: { access: 'open' } },
    async (request, reply) => {
      const accepts = String(request.headers['accept-encoding'] ?? '')
      const file = await files.file(request.params['*'], accepts)
      if (file === null) throw problems.noSuchPage(request.url.slice(0, 200))
      if (file.encoding !== null) reply.header('content-encoding', file.encoding)
      return reply
        .type(file.type)
        .headers({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' })
        .send(file.content)
    },
  )
  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    if (elsewhere.test(request.url)) throw ways.problemOf(request.method, request.url)
    request.asker = await identify(request, who)
    // Who has not signed in wholly is led to where he can.
    principalOf(request)
    return sendPage(reply, files, request.url.split('?')[0] ?? '')
  }
  for (const path of ['/', '/*']) app.get(path, { config: { access: 'open' } }, show)
}

function sendPage(reply: FastifyReply, files: ConsoleFiles, path: string): FastifyReply {
  const page = files.page(path)
  if (page === null) throw problems.notBuilt()
  const nonce = randomBytes(18).toString('base64')
  return reply
    .headers({ 'content-security-policy': consolePolicy(nonce), 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(page.replace(noncePlace, nonce))
}

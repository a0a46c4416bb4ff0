import type { FastifyInstance } from 'fastify'
import { problems } from '../api-problem.ts'
import { mtaStsDomain } from '../loopback.ts'
import type { ApiContext } from './api-context.ts'

/**
 * `GET /.well-known/mta-sts.txt` for `mta-sts.DOMAIN`: the policy of a domain of ours (RFC 8461). A web server with the
 * certificate passes the question on to here. While the directory is not known, "there is none" would be a guess.
 */
export function mtaStsRoute(app: FastifyInstance, { parts }: ApiContext): void {
  app.get('/.well-known/mta-sts.txt', { config: { access: 'open' } }, async (request, reply) => {
    if (parts.directory.ageMs() === null)
      throw problems.notAvailable(
        'There is no directory snapshot yet, so nobody knows which domains are ours.',
      )
    const domain = mtaStsDomain(request.headers.host ?? '')
    const policy = domain === null ? null : parts.mtaSts(domain)
    if (policy === null) throw problems.noSuchPage(request.url)
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'max-age=60').send(policy)
  })
}

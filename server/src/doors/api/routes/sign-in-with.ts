import type { FastifyInstance } from 'fastify'
import { beginAtProvider, provedByOidc } from '#services/access/provider-sign-in.ts'
import { sendWayCookie } from '../access/cookie.ts'
import { pathWithin } from '../access/path-within.ts'
import { placeOf } from '../access/place-of.ts'
import { samlPlaceOf } from '../access/saml-place-of.ts'
import type { ApiContext } from './api-context.ts'
import { attemptWay, storesOf } from './attempt-way.ts'
import { enter } from './sign-in-confirmed.ts'

/** `/sign-in/with/TENANT`: to the identity provider of a tenant, and back from one that speaks OpenID Connect. */
export function signInWithRoutes(app: FastifyInstance, context: ApiContext): void {
  const consoleUrl = context.parts.config['console.url']
  const isSecure = consoleUrl.startsWith('https:')
  const open = { config: { access: 'open' } } as const

  app.get<{ Params: { tenant: string }; Querystring: { to?: unknown } }>(
    '/sign-in/with/:tenant',
    open,
    async (request, reply) => {
      const to = pathWithin(request.query.to)
      const { tenant } = request.params
      return attemptWay(reply, context, to, async () => {
        const { url, secret } = await beginAtProvider(storesOf(request, context), tenant, {
          redirectUri: `${placeOf(request, consoleUrl).origin}/sign-in/with/back`,
          saml: samlPlaceOf(request, consoleUrl, tenant),
          to,
        })
        sendWayCookie(reply, secret, isSecure)
        return url
      })
    },
  )
  app.get('/sign-in/with/back', open, async (request, reply) =>
    attemptWay(reply, context, '/', async () => {
      const search = request.url.slice(request.url.indexOf('?') + 1).slice(0, 4000)
      const stores = storesOf(request, context)
      return enter(request, reply, context, (way) => provedByOidc(stores, { way, search }))
    }),
  )
}

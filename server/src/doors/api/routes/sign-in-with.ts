import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { ProviderAway, ProviderRefusal } from '#services/access/oidc-client.ts'
import { beginAtProvider, signInByProvider } from '#services/access/provider-sign-in.ts'
import { readNamedCookie, sendCookie, sendWayCookie, wayCookie } from '../access/cookie.ts'
import { pathWithin } from '../access/path-within.ts'
import { placeOf } from '../access/place-of.ts'
import { plainLayout } from '../page/plain-layout.ts'
import { signInPage } from '../page/sign-in-page.ts'
import type { ApiContext } from './api-context.ts'

/** `/sign-in/with/TENANT`: to the identity provider of a tenant, and back. */
export function signInWithRoutes(app: FastifyInstance, context: ApiContext): void {
  const { parts, who } = context
  const { access, accounts, tenancy, clock, config, oidc } = parts
  const isSecure = config['console.url'].startsWith('https:')
  const open = { config: { access: 'open' } } as const
  const stores = (request: FastifyRequest) => ({
    access,
    accounts,
    directory: tenancy,
    oidc,
    at: clock.now(),
    ip: who.addressOf(request),
  })

  app.get<{ Params: { tenant: string }; Querystring: { to?: unknown } }>(
    '/sign-in/with/:tenant',
    open,
    async (request, reply) => {
      const to = pathWithin(request.query.to)
      const redirectUri = `${placeOf(request, config['console.url']).origin}/sign-in/with/back`
      return attempt(reply, context, to, async () => {
        const { url, secret } = await beginAtProvider(stores(request), request.params.tenant, {
          redirectUri,
          to,
        })
        sendWayCookie(reply, secret, isSecure)
        return url
      })
    },
  )
  app.get('/sign-in/with/back', open, async (request, reply) =>
    attempt(reply, context, '/', async () => {
      const secret = readNamedCookie(request, wayCookie)
      if (secret === null)
        throw new AccessRefusal('link-over', 'this browser did not set out from here; begin anew')
      const search = request.url.slice(request.url.indexOf('?') + 1).slice(0, 4000)
      const agent = String(request.headers['user-agent'] ?? '')
      const { session, to, secret: own } = await signInByProvider(stores(request), { secret, search, agent })
      sendCookie(reply, own, isSecure)
      return session.isComplete ? pathWithin(to) : `/sign-in/code?to=${encodeURIComponent(pathWithin(to))}`
    }),
  )
}

/** Goes on where that is possible; else the sign-in page says why, and the other ways stay open. */
async function attempt(
  reply: FastifyReply,
  context: ApiContext,
  to: string,
  goOn: () => Promise<string>,
): Promise<FastifyReply> {
  try {
    return reply.header('cache-control', 'no-store').redirect(await goOn(), 303)
  } catch (cause) {
    const said = wordsFor(cause, context)
    if (said === null) throw cause
    const brand = context.brandOf(reply.request.headers.host)
    const frame = signInPage({ to, name: '', wrong: said.text, text: brand.loginText, providers: [] })
    return reply
      .code(said.code)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(plainLayout(frame, context.assets, brand))
  }
}

function wordsFor(cause: unknown, { parts }: ApiContext): { code: number; text: string } | null {
  if (cause instanceof AccessRefusal)
    return { code: 401, text: `${cause.message.charAt(0).toUpperCase()}${cause.message.slice(1)}.` }
  if (cause instanceof ProviderRefusal) return { code: 401, text: `You were not let in: ${cause.message}.` }
  if (!(cause instanceof ProviderAway)) return null
  parts.log.warn({ cause: cause.message }, 'an identity provider does not answer')
  return {
    code: 503,
    text: 'Your organisation’s sign-in does not answer at the moment. Nothing is wrong with your account: try again in a while, or use name and password, a passkey or a link.',
  }
}

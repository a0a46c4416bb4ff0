import type { FastifyInstance } from 'fastify'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { describeService } from '#services/access/saml/saml-client.ts'
import { signInBySaml, takeSamlAnswer } from '#services/access/saml/saml-sign-in.ts'
import { readNamedCookie, sendCookie, sendWayCookie, wayCookie } from '../access/cookie.ts'
import { pathWithin } from '../access/path-within.ts'
import { samlPlaceOf } from '../access/saml-place-of.ts'
import type { ApiContext } from './api-context.ts'
import { afterSignIn, attemptWay, storesOf } from './attempt-way.ts'
import { readForm } from './read-form.ts'

/** A response of 128 kB in base64, with every sign of it that a form may write in three. */
const mostBytes = 262_144

interface OfTenant {
  Params: { tenant: string }
}

interface Brought {
  Querystring: { brought?: unknown }
}

/** `/sign-in/with/TENANT/saml`: where answers of a provider of SAML come, and what it has to know of us. */
export function signInWithSamlRoutes(app: FastifyInstance, context: ApiContext): void {
  const url = context.parts.config['console.url']
  const isSecure = url.startsWith('https:')
  const open = { config: { access: 'open' } } as const

  app.get<OfTenant>('/sign-in/with/:tenant/saml/metadata', open, async (request, reply) =>
    reply
      .header('content-disposition', 'attachment; filename="mailkeep-saml.xml"')
      .type('application/samlmetadata+xml')
      .send(await describeService(samlPlaceOf(request, url, request.params.tenant))),
  )
  // The form is on a page of the provider; that it comes from there is proved by what is in it.
  const answers = {
    config: { access: 'open', writes: true, fromAnywhere: true },
    bodyLimit: mostBytes,
  } as const
  app.post<OfTenant>('/sign-in/with/:tenant/saml', answers, async (request, reply) =>
    attemptWay(reply, context, '/', async () => {
      const form = readForm(request.body, ['SAMLResponse', 'RelayState'])
      const { tenant } = request.params
      const { brought, way } = await takeSamlAnswer(storesOf(request, context), {
        tenant,
        place: samlPlaceOf(request, url, tenant),
        answer: form.SAMLResponse,
        to: pathWithin(form.RelayState),
      })
      if (way !== null) sendWayCookie(reply, way, isSecure)
      // In the address, since no cookie of ours can be told apart here: good once, soon, and in no Referer.
      return `/sign-in/with/back/saml?brought=${brought}`
    }),
  )
  app.get<Brought>('/sign-in/with/back/saml', open, async (request, reply) =>
    attemptWay(reply, context, '/', async () => {
      const way = readNamedCookie(request, wayCookie)
      const { brought } = request.query
      if (way === null || typeof brought !== 'string')
        throw new AccessRefusal('link-over', 'this browser did not set out from here; begin anew')
      const agent = String(request.headers['user-agent'] ?? '')
      const opened = await signInBySaml(storesOf(request, context), { way, brought, agent })
      sendCookie(reply, opened.secret, isSecure)
      return afterSignIn(opened)
    }),
  )
}

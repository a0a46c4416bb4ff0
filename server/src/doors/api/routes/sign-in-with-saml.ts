import type { FastifyInstance } from 'fastify'
import { describeService } from '#services/access/saml/saml-client.ts'
import { provedBySaml, takeSamlAnswer } from '#services/access/saml/saml-sign-in.ts'
import { sendWayCookie } from '../access/cookie.ts'
import { pathWithin } from '../access/path-within.ts'
import { samlPlaceOf } from '../access/saml-place-of.ts'
import type { ApiContext } from './api-context.ts'
import { attemptWay, storesOf } from './attempt-way.ts'
import { readForm } from './read-form.ts'
import { type Brought, broughtIn, confirmAddress, enter } from './sign-in-confirmed.ts'

/** A response of 128 kB in base64, with every sign of it that a form may write in three. */
const mostBytes = 262_144

const back = '/sign-in/with/back/saml'

interface OfTenant {
  Params: { tenant: string }
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
      return way === null ? `${back}?brought=${brought}` : confirmAddress(brought)
    }),
  )
  app.get<Brought>(back, open, async (request, reply) =>
    attemptWay(reply, context, '/', async () => {
      const brought = broughtIn(request.query)
      const stores = storesOf(request, context)
      return enter(request, reply, context, (way) => provedBySaml(stores, { way, brought }))
    }),
  )
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { describeService } from '#services/access/saml/saml-client.ts'
import { lookAtUnasked, signInBySaml, takeSamlAnswer } from '#services/access/saml/saml-sign-in.ts'
import { readNamedCookie, sendCookie, sendWayCookie, wayCookie } from '../access/cookie.ts'
import { identify } from '../access/guard-access.ts'
import { pathWithin } from '../access/path-within.ts'
import { samlPlaceOf } from '../access/saml-place-of.ts'
import { unaskedPage } from '../page/unasked-page.ts'
import type { ApiContext } from './api-context.ts'
import { afterSignIn, attemptWay, storesOf } from './attempt-way.ts'
import { readForm } from './read-form.ts'

/** A response of 128 kB in base64, with every sign of it that a form may write in three. */
const mostBytes = 262_144

const back = '/sign-in/with/back/saml'
const unasked = `${back}/unasked`
type Kind = Parameters<typeof signInBySaml>[1]['kind']

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
      return `${way === null ? back : unasked}?brought=${brought}`
    }),
  )
  const finish = async (request: FastifyRequest, reply: FastifyReply, kind: Kind, given: unknown) => {
    const agent = String(request.headers['user-agent'] ?? '')
    const secrets = secretsOf(request, given)
    const opened = await signInBySaml(storesOf(request, context), { kind, ...secrets, agent })
    sendCookie(reply, opened.secret, isSecure)
    return afterSignIn(opened)
  }
  app.get<Brought>(back, open, async (request, reply) =>
    attemptWay(reply, context, '/', () => finish(request, reply, 'saml-proved', request.query.brought)),
  )
  // Any page can have a browser bring an answer that was not asked for: a person has to want it, and to be nobody yet.
  app.get<Brought>(unasked, open, async (request, reply) =>
    attemptWay(reply, context, '/', async () => {
      await assertNobody(request, context)
      const secrets = secretsOf(request, request.query.brought)
      return unaskedPage(await lookAtUnasked(storesOf(request, context), secrets))
    }),
  )
  app.post(unasked, { config: { access: 'open', writes: true } }, async (request, reply) =>
    attemptWay(reply, context, '/', async () => {
      await assertNobody(request, context)
      return finish(request, reply, 'saml-unasked', readForm(request.body, ['brought']).brought)
    }),
  )
}

/** What the browser holds that set out and brought the answer. @throws AccessRefusal */
function secretsOf(request: FastifyRequest, brought: unknown): { way: string; brought: string } {
  const way = readNamedCookie(request, wayCookie)
  if (way === null || typeof brought !== 'string')
    throw new AccessRefusal('link-over', 'this browser did not set out from here; begin anew')
  return { way, brought }
}

/** @throws AccessRefusal where somebody is signed in */
async function assertNobody(request: FastifyRequest, { who }: ApiContext): Promise<void> {
  const { signedIn } = await identify(request, who)
  if (signedIn)
    throw new AccessRefusal(
      'link-over',
      `you are signed in as ${signedIn.manager.id}; sign out first, then come from your provider again`,
    )
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { giveSecondFactor } from '#services/access/second-factor.ts'
import type { OpenedSession } from '#services/access/session.ts'
import { signIn } from '#services/access/sign-in.ts'
import { lookAtLink, signInByLink } from '#services/access/sign-in-link.ts'
import { dropCookie, sendCookie } from '../access/cookie.ts'
import { KnownProviders } from '../access/known-providers.ts'
import { pathWithin } from '../access/path-within.ts'
import { type PlainFrame, plainLayout } from '../page/plain-layout.ts'
import { codePage, linkPage, signInPage } from '../page/sign-in-page.ts'
import type { ApiContext } from './api-context.ts'
import { readForm } from './read-form.ts'

/** `/sign-in`: by name and password, by link, and the second factor; `/sign-out`. */
export function signInRoutes(app: FastifyInstance, context: ApiContext): void {
  const { parts, who } = context
  const { access, clock } = parts
  const open = { config: { access: 'open', writes: true } } as const
  const signedIn = { config: { access: 'signed-in', writes: true } } as const
  const from = (request: FastifyRequest) => ({
    ip: who.addressOf(request),
    agent: String(request.headers['user-agent'] ?? ''),
  })

  const known = new KnownProviders(parts.accounts)
  /** What the page of this host name says and offers beside name and password. */
  const around = async ({ headers: { host } }: FastifyRequest) => ({
    text: context.brandOf(host).loginText,
    providers: await known.of(parts.brands.tenantOfHost(host ?? '')),
  })

  app.get<{ Querystring: { to?: unknown } }>('/sign-in', open, async (request, reply) =>
    show(
      reply,
      signInPage({ to: pathWithin(request.query.to), name: '', wrong: null, ...(await around(request)) }),
      context,
    ),
  )
  app.post('/sign-in', open, async (request, reply) => {
    const form = readForm(request.body, ['to', 'name', 'password'])
    const to = pathWithin(form.to)
    const { name, password } = form
    const ways = await around(request)
    return attempt(
      reply,
      context,
      to,
      (wrong) => signInPage({ to, name, wrong, ...ways }),
      () => signIn(access, { name, password, ...from(request) }, clock.now()),
    )
  })

  app.get<{ Params: { secret: string } }>('/sign-in/link/:secret', open, async (request, reply) => {
    const { secret } = request.params
    const manager = await lookAtLink(access, secret, clock.now())
    return show(reply, linkPage(secret, manager && (manager.displayName || manager.id)), context)
  })
  app.post<{ Params: { secret: string } }>('/sign-in/link/:secret', open, async (request, reply) => {
    const { secret } = request.params
    return attempt(
      reply,
      context,
      '/account',
      () => linkPage(secret, null),
      () => signInByLink(access, { secret, ...from(request) }, clock.now()),
    )
  })

  app.get<{ Querystring: { to?: unknown } }>('/sign-in/code', signedIn, async (request, reply) =>
    show(reply, codePage(pathWithin(request.query.to), null, factorsOf(request)), context),
  )
  app.post('/sign-in/code', signedIn, async (request, reply) => {
    const form = readForm(request.body, ['to', 'code'])
    const to = pathWithin(form.to)
    const { signedIn: half } = request.asker
    if (!half || half.session.isComplete) return reply.redirect(to, 303)
    return attempt(
      reply,
      context,
      to,
      (wrong) => codePage(to, wrong, factorsOf(request)),
      () => giveSecondFactor(access, half, form.code, clock.now()),
    )
  })

  app.post('/sign-out', signedIn, async (request, reply) => {
    const { signedIn: mine } = request.asker
    if (mine) await access.endSession(mine.session.hash)
    dropCookie(reply, isSecure(context))
    return reply.redirect('/sign-in', 303)
  })
}

/** What somebody may complete his session with. */
function factorsOf({ asker }: FastifyRequest): { code: boolean; passkey: boolean } {
  const { totpSecret = null, recoveryCodes = [], passkeys = 0 } = asker.signedIn?.manager ?? {}
  return { code: totpSecret !== null || recoveryCodes.length > 0, passkey: passkeys > 0 }
}

/** Tries to open a session; a refusal is shown on the page that was left, with the time to wait. */
async function attempt(
  reply: FastifyReply,
  context: ApiContext,
  to: string,
  again: (wrong: string) => PlainFrame,
  enter: () => Promise<OpenedSession>,
): Promise<FastifyReply> {
  try {
    const { secret, session } = await enter()
    sendCookie(reply, secret, isSecure(context))
    return reply.redirect(session.isComplete ? to : `/sign-in/code?to=${encodeURIComponent(to)}`, 303)
  } catch (cause) {
    if (!(cause instanceof AccessRefusal)) throw cause
    if (cause.waitMs > 0) reply.header('retry-after', Math.ceil(cause.waitMs / 1000))
    reply.code(cause.code === 'too-many-tries' ? 429 : 401)
    const text = cause.message.charAt(0).toUpperCase() + cause.message.slice(1)
    return show(reply, again(`${text}.`), context)
  }
}

function show(reply: FastifyReply, frame: PlainFrame, { assets, brandOf }: ApiContext): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(plainLayout(frame, assets, brandOf(reply.request.headers.host)))
}

function isSecure({ parts }: ApiContext): boolean {
  return parts.config['console.url'].startsWith('https:')
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { ProviderAway, ProviderRefusal } from '#services/access/proved-identity.ts'
import type { OpenedSession } from '#services/access/session.ts'
import { pathWithin } from '../access/path-within.ts'
import { type PlainFrame, plainLayout } from '../page/plain-layout.ts'
import { signInPage } from '../page/sign-in-page.ts'
import type { ApiContext } from './api-context.ts'

/** What a step of a sign-in at a provider works with. */
export function storesOf(request: FastifyRequest, { parts, who }: ApiContext) {
  const { access, accounts, tenancy, clock, oidc } = parts
  return { access, accounts, directory: tenancy, oidc, at: clock.now(), ip: who.addressOf(request) }
}

/** Where somebody goes on who has come back from his provider. */
export function afterSignIn({ session, to }: OpenedSession & { readonly to: string }): string {
  return session.isComplete ? pathWithin(to) : `/sign-in/code?to=${encodeURIComponent(pathWithin(to))}`
}

/** Goes on, to an address or a page, where that is possible; else the sign-in page says why, and the other ways stay open. */
export async function attemptWay(
  reply: FastifyReply,
  context: ApiContext,
  to: string,
  goOn: () => Promise<string | PlainFrame>,
): Promise<FastifyReply> {
  const brand = context.brandOf(reply.request.headers.host)
  const show = (frame: PlainFrame) =>
    reply
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(plainLayout(frame, context.assets, brand))
  try {
    const next = await goOn()
    return typeof next === 'string'
      ? reply.header('cache-control', 'no-store').redirect(next, 303)
      : show(next)
  } catch (cause) {
    const said = wordsFor(cause, context)
    if (said === null) throw cause
    reply.code(said.code)
    if (said.waitMs > 0) reply.header('retry-after', Math.ceil(said.waitMs / 1000))
    return show(signInPage({ to, name: '', wrong: said.text, text: brand.loginText, providers: [] }))
  }
}

function wordsFor(
  cause: unknown,
  { parts }: ApiContext,
): { readonly code: number; readonly text: string; readonly waitMs: number } | null {
  if (cause instanceof AccessRefusal) {
    const { code, message, waitMs } = cause
    const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
    return { code: code === 'too-many-tries' ? 429 : 401, text, waitMs }
  }
  if (cause instanceof ProviderRefusal)
    return { code: 401, text: `You were not let in: ${cause.message}.`, waitMs: 0 }
  if (!(cause instanceof ProviderAway)) return null
  parts.log.warn({ cause: cause.message }, 'an identity provider does not answer')
  return {
    code: 503,
    waitMs: 0,
    text: 'Your organisation’s sign-in does not answer at the moment. Nothing is wrong with your account: try again in a while, or use name and password, a passkey or a link.',
  }
}

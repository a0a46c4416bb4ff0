import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import {
  type Comer,
  type Entered,
  enterByProvider,
  enterConfirmed,
  lookAtUnconfirmed,
} from '#services/access/enter-by-provider.ts'
import type { ProvedVisit } from '#services/access/proved-visit.ts'
import { readNamedCookie, sendCookie, wayCookie } from '../access/cookie.ts'
import { identify } from '../access/guard-access.ts'
import { confirmPage } from '../page/confirm-page.ts'
import type { ApiContext } from './api-context.ts'
import { afterSignIn, attemptWay, storesOf } from './attempt-way.ts'
import { readForm } from './read-form.ts'

export interface Brought {
  Querystring: { brought?: unknown }
}

const path = '/sign-in/with/back/confirm'

/** Where whoever comes from his provider is asked whether he wants to be signed in. */
export function confirmAddress(brought: string): string {
  return `${path}?brought=${brought}`
}

/**
 * `/sign-in/with/back/confirm`: any page can have a browser bring an answer that nobody asked for, or send it to a provider
 * that lets it in unseen. So a person has to want it where nobody set out from here, or somebody else is signed in.
 */
export function signInConfirmedRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get<Brought>(path, { config: { access: 'open' } }, async (request, reply) =>
    attemptWay(reply, context, '/', async () => {
      const { way, current } = await comerOf(request, context)
      const brought = broughtIn(request.query)
      const asked = await lookAtUnconfirmed(storesOf(request, context), { way, brought })
      return confirmPage({ ...asked, path, current: current?.manager.id ?? null })
    }),
  )
  app.post(path, { config: { access: 'open', writes: true } }, async (request, reply) =>
    attemptWay(reply, context, '/', async () => {
      const comer = await comerOf(request, context)
      const brought = broughtIn(readForm(request.body, ['brought']))
      return welcome(reply, context, await enterConfirmed(storesOf(request, context), brought, comer))
    }),
  )
}

/**
 * Signs in whom his provider has proved, or leads to the page that asks.
 * @param prove what can be done once
 * @returns where to go on
 */
export async function enter(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ApiContext,
  prove: (way: string) => Promise<ProvedVisit>,
): Promise<string> {
  const comer = await comerOf(request, context)
  const visit = await prove(comer.way)
  const entered = await enterByProvider(storesOf(request, context), visit, comer)
  return 'brought' in entered ? confirmAddress(entered.brought) : welcome(reply, context, entered)
}

/** What the browser holds since it set out. @throws AccessRefusal */
function wayOf(request: FastifyRequest): string {
  const way = readNamedCookie(request, wayCookie)
  if (way === null) throw notFromHere()
  return way
}

/** What only the browser has got that brought the proof. @throws AccessRefusal */
export function broughtIn({ brought }: { readonly brought?: unknown }): string {
  if (typeof brought !== 'string') throw notFromHere()
  return brought
}

async function comerOf(request: FastifyRequest, { who }: ApiContext): Promise<Comer> {
  const { signedIn: current } = await identify(request, who)
  return { way: wayOf(request), agent: String(request.headers['user-agent'] ?? ''), current }
}

function welcome(reply: FastifyReply, { parts }: ApiContext, entered: Entered): string {
  sendCookie(reply, entered.secret, parts.config['console.url'].startsWith('https:'))
  return afterSignIn(entered)
}

const notFromHere = () => new AccessRefusal('link-over', 'this browser did not set out from here; begin anew')

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { encode } from 'uqr'
import type { AccessOrder } from '#services/access/access-order.ts'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import { asksPassword } from '#services/access/asks-password.ts'
import { confirmSecondFactor, isProposedSecret, proposeSecondFactor } from '#services/access/second-factor.ts'
import { endSessions, setPassword } from '#services/access/write-manager.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { assertPassword } from '../access/assert-password.ts'
import { type AccountView, accountPage } from '../page/account-page.ts'
import { plainLayout } from '../page/plain-layout.ts'
import type { ApiContext } from './api-context.ts'
import { readForm } from './read-form.ts'

type Mine = NonNullable<FastifyRequest['asker']['signedIn']>
type Shown = Partial<Pick<AccountView, 'done' | 'wrong' | 'recoveryCodes'>>

/** `/account`: what a manager may change of himself: password, second factor, sessions. */
export function accountRoutes(app: FastifyInstance, context: ApiContext): void {
  const { access, clock } = context.parts
  const mine = { config: { access: 'signed-in', writes: true } } as const

  /** Does something for whoever has given both factors, and shows the page with what came of it. */
  const page =
    (work: (mine: Mine, request: FastifyRequest) => Promise<Shown>) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const { signedIn } = request.asker
      if (!signedIn?.session.isComplete) return reply.redirect('/sign-in/code?to=/account', 303)
      let shown: Shown
      try {
        shown = await work(signedIn, request)
      } catch (cause) {
        if (!(cause instanceof OrderError || cause instanceof AccessRefusal)) throw cause
        reply.code(400)
        shown = { wrong: `${cause.message.charAt(0).toUpperCase()}${cause.message.slice(1)}.` }
      }
      return reply
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(
          plainLayout(
            accountPage(await viewOf(signedIn, shown, context, sentSecret(request))),
            context.assets,
            context.brandOf(request.headers.host),
          ),
        )
    }

  app.get(
    '/account',
    mine,
    page(async () => ({})),
  )
  app.post(
    '/account/password',
    mine,
    page(async (own, request) => {
      const { old, password } = readForm(request.body, ['old', 'password'])
      await assertPassword(own, old, context.parts)
      await setPassword(orderOf(own, context), own.manager, password, own.session.hash)
      return { done: 'The password is set. Other sessions have ended.' }
    }),
  )
  app.post(
    '/account/second-factor',
    mine,
    page(async (own, request) => {
      const { manager, session } = own
      if (manager.totpSecret !== null) return { wrong: 'There is a second factor already.' }
      const { secret, code, present } = readForm(request.body, ['secret', 'code', 'present'])
      if (!isProposedSecret(secret)) return { wrong: 'Begin anew: the form was not whole.' }
      await assertPassword(own, present, context.parts)
      const given = { manager, session, secret, code }
      return {
        recoveryCodes: await confirmSecondFactor(access, given, clock.now()),
        done: 'The second factor is set up. Other sessions have ended.',
      }
    }),
  )
  app.post(
    '/account/sessions/end',
    mine,
    page(async (own) => {
      const ended = await endSessions(orderOf(own, context), own.manager, own.session.hash)
      return { done: `${ended} ${ended === 1 ? 'session has' : 'sessions have'} ended.` }
    }),
  )
}

function orderOf({ manager, session }: Mine, { parts }: ApiContext): AccessOrder {
  const { access, tenancy, clock } = parts
  return { access, directory: tenancy, at: clock.now(), who: `manager:${manager.id}`, ip: session.ip }
}

/** The secret that was proposed on the page before: whoever has it in his authenticator already goes on with it. */
function sentSecret({ body }: FastifyRequest): string | undefined {
  const { secret } = readForm(body, ['secret'])
  return isProposedSecret(secret) ? secret : undefined
}

async function viewOf(
  seen: Mine,
  shown: Shown,
  { parts }: ApiContext,
  secret: string | undefined,
): Promise<AccountView> {
  // As it is after what was just done: a link proves nothing more once a password is set.
  const mine = (await parts.access.signedIn(seen.session.hash)) ?? seen
  const { manager: now, session } = mine
  const proposal =
    now.totpSecret === null ? proposeSecondFactor(now, parts.config['site.host'], secret) : null
  return {
    manager: now,
    isPasswordAsked: asksPassword(mine, parts.clock.now()),
    sessions: await parts.access.sessionsOf(now.id),
    own: session.hash,
    proposal: proposal && { ...proposal, squares: encode(proposal.uri, { border: 0 }).data },
    recoveryCodes: [],
    done: null,
    wrong: null,
    ...shown,
  }
}

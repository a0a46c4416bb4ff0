import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { askForPasskey, type PasskeyAnswer } from '#services/access/passkey.ts'
import { givePasskey, signInByPasskey } from '#services/access/passkey-sign-in.ts'
import type { OpenedSession } from '#services/access/session.ts'
import { sendCookie } from '../access/cookie.ts'
import { pathWithin } from '../access/path-within.ts'
import { placeOf } from '../access/place-of.ts'
import { problems } from '../api-problem.ts'
import type { ApiContext } from './api-context.ts'

/** Signing in by passkey, alone or after a password. The script of the sign-in page asks here, with JSON. */
export function signInPasskeyRoutes(app: FastifyInstance, { parts, who }: ApiContext): void {
  const { accounts, clock, config } = parts
  const open = { config: { access: 'open', writes: true }, bodyLimit: 16_384 } as const
  const half = { config: { access: 'signed-in', writes: true }, bodyLimit: 16_384 } as const
  const place = (request: FastifyRequest) => placeOf(request, config['console.url'])
  const send = (reply: FastifyReply, { secret }: OpenedSession, to: unknown) => {
    sendCookie(reply, secret, config['console.url'].startsWith('https:'))
    return reply.header('cache-control', 'no-store').send({ to: pathWithin(to) })
  }

  app.post('/sign-in/passkey/ask', open, async (request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send(await askForPasskey(accounts, null, place(request), clock.now())),
  )
  app.post('/sign-in/passkey', open, async (request, reply) => {
    const { to, answer } = readShown(request.body)
    const from = { ip: who.addressOf(request), agent: String(request.headers['user-agent'] ?? '') }
    const given = { answer, place: place(request), ...from }
    return send(reply, await signInByPasskey(parts, given, clock.now()), to)
  })
  app.post('/sign-in/code/passkey/ask', half, async (request, reply) => {
    const mine = request.asker.signedIn
    if (!mine) throw problems.signIn(false)
    return reply
      .header('cache-control', 'no-store')
      .send(await askForPasskey(accounts, mine.manager, place(request), clock.now()))
  })
  app.post('/sign-in/code/passkey', half, async (request, reply) => {
    const mine = request.asker.signedIn
    if (!mine) throw problems.signIn(false)
    const { to, answer } = readShown(request.body)
    return send(reply, await givePasskey(parts, mine, { answer, place: place(request) }, clock.now()), to)
  })
}

function readShown(body: unknown): { to: unknown; answer: PasskeyAnswer } {
  const { to, answer } = (body ?? {}) as { to?: unknown; answer?: unknown }
  if (typeof answer !== 'object' || answer === null) throw problems.wrongQuery('A passkey is needed.')
  return { to, answer: answer as PasskeyAnswer }
}

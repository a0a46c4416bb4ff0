import type { FastifyInstance, FastifyRequest } from 'fastify'
import { subjectOf } from '#services/access/slow-guessing.ts'
import { lookAtHeld, releaseOwn, type SenderOrder, withdrawOwn } from '#services/held/decide-held.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { heldGonePage, heldNotes, heldPage } from '../page/held-page.ts'
import type { ApiContext } from './api-context.ts'
import { readForm } from './read-form.ts'
import { addReviewPage, type ReviewAnswer } from './review-reply.ts'

type Link = { Params: { secret: string }; Querystring: Record<string, unknown> }

/** Codes that are sent for one link in a quarter of an hour. */
const mostCodes = 5
const countedMs = 15 * 60_000
/** Codes that are typed for one message in a day, however many were sent: each brings tries of its own. */
const mostTyped = 20
const typedMs = 24 * 3_600_000

/** `/held/SECRET`: the sender of a held message decides about it. Nothing here is changed by looking. */
export function heldPageRoutes(app: FastifyInstance, context: ApiContext): void {
  addReviewPage<Link>(app, context, ['GET', '/held/:secret'], async (request) => {
    const { secret } = request.params
    const view = await lookAtHeld(orderOf(request, context))
    if (!view) return { page: heldGonePage, code: 404 }
    const { done, code } = request.query
    const note = typeof done === 'string' && Object.hasOwn(heldNotes, done) ? done : null
    return { page: heldPage(tidy(secret), view, { note, asksCode: code === '1' && view.way === 'code' }) }
  })
  addReviewPage<Link>(app, context, ['POST', '/held/:secret/release'], (request) =>
    decide(
      request,
      async (order) => {
        const { code } = readForm(request.body, ['code'])
        if (code === '' && !(await maySendCode(order, context))) return 'too-many'
        if (code !== '' && !(await mayTypeCode(order, context))) return 'too-many-tries'
        return releaseOwn(order, code === '' ? null : code.slice(0, 20))
      },
      context,
    ),
  )
  addReviewPage<Link>(app, context, ['POST', '/held/:secret/withdraw'], (request) =>
    decide(request, (order) => withdrawOwn(order), context),
  )
}

/** Does it, and shows what came of it by an address of its own: pressed again, or gone back to, nothing is done twice. */
async function decide(
  request: FastifyRequest<Link>,
  work: (order: SenderOrder) => Promise<string>,
  context: ApiContext,
): Promise<ReviewAnswer> {
  const to = `/held/${tidy(request.params.secret)}`
  try {
    const done = await work(orderOf(request, context))
    const asksCode = done === 'code' || done === 'wrong-code'
    return { to: `${to}?done=${done}${asksCode ? '&code=1' : ''}` }
  } catch (cause) {
    if (!(cause instanceof OrderError)) throw cause
    if (cause.code === 'not-found') return { page: heldGonePage, code: 404 }
    return { to: `${to}?done=forbidden` }
  }
}

async function maySendCode(order: SenderOrder, context: ApiContext): Promise<boolean> {
  return (await countFor('held', order, context, countedMs)) <= mostCodes
}

/** Counted before the code is looked at, so that many at once are no way past it. */
async function mayTypeCode(order: SenderOrder, context: ApiContext): Promise<boolean> {
  return (await countFor('held typed', order, context, typedMs)) <= mostTyped
}

/** How often something was done for a message that wants a code, this time included; 0: it wants none. */
async function countFor(
  what: string,
  order: SenderOrder,
  { parts }: ApiContext,
  windowMs: number,
): Promise<number> {
  const view = await lookAtHeld(order)
  if (view?.way !== 'code') return 0
  const subject = subjectOf('account', `${what} ${view.line.messageId}`)
  return parts.access.noteFailure(subject, parts.clock.now(), windowMs)
}

function orderOf(request: FastifyRequest<Link>, { parts, who }: ApiContext): SenderOrder {
  return { ...parts.held, secret: request.params.secret, ip: who.addressOf(request) }
}

/** What stands in a form's address is ours, whatever was asked. */
function tidy(secret: string): string {
  return /^[\w-]{43}$/.test(secret) ? secret : '0'
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { subjectOf } from '#services/access/slow-guessing.ts'
import { askAgain, askForLink } from '#services/review/ask-for-link.ts'
import { findReviewSession, lookAtLink, newCode, pressLink } from '#services/review/review-link.ts'
import type { ReviewOrder } from '#services/review/review-parts.ts'
import { readReviewCookie, sendReviewCookie } from '../access/review-cookie.ts'
import { askedPage, askPage, linkPage, overPage } from '../page/review-link-page.ts'
import type { ApiContext } from './api-context.ts'
import { readForm } from './read-form.ts'
import { reviewMessageRoutes } from './review-messages.ts'
import { isSecure, orderOf, showReview } from './review-reply.ts'

/** Links that one address gets in 15 minutes, and questions of one client: more wait, whoever asks. */
const mostForAddress = 3
const mostForClient = 20
const countedMs = 15 * 60_000

type Link = { Params: { secret: string } }

/** `/review`: how people come to their own mail without a password. Nothing here is changed by looking. */
export function reviewRoutes(app: FastifyInstance, context: ApiContext): void {
  const { parts } = context
  const open = { config: { access: 'open', writes: true } } as const

  app.get('/review', open, async (request, reply) => {
    const secret = readReviewCookie(request)
    const session = secret === null ? null : await findReviewSession(orderOf(request, context), secret)
    if (session) return reply.redirect('/review/messages', 303)
    return showReview(reply, askPage(null), context)
  })
  app.post('/review', open, async (request, reply) => {
    const { address } = readForm(request.body, ['address'])
    const wanted = address.trim().toLowerCase()
    if (!/^[^\s@<>]{1,64}@[^\s@<>]{1,255}$/.test(wanted))
      return showReview(reply.code(400), askPage('This is no mail address.'), context)
    return sendLink(request, reply, wanted, (order, code) => askForLink(order, wanted, code))
  })

  app.get<Link>('/review/link/:secret', open, async (request, reply) => {
    const { secret } = request.params
    const link = await lookAtLink(orderOf(request, context), secret)
    if (!link) return showReview(reply.code(410), overPage(tidy(secret)), context)
    return showReview(reply, linkPage(tidy(secret), link.codeHash !== null, null), context)
  })
  app.post<Link>('/review/link/:secret', open, async (request, reply) => {
    const { secret } = request.params
    const { code } = readForm(request.body, ['code'])
    const pressed = await pressLink(orderOf(request, context), secret, code === '' ? null : code.slice(0, 20))
    if (pressed.kind === 'over') return showReview(reply.code(410), overPage(tidy(secret)), context)
    if (pressed.kind === 'wrong-code')
      return showReview(reply.code(401), linkPage(tidy(secret), true, 'That is not the code.'), context)
    sendReviewCookie(reply, pressed.secret, isSecure(context))
    return reply.redirect('/review/messages', 303)
  })
  app.post<Link>('/review/link/:secret/again', open, async (request, reply) => {
    const { secret } = request.params
    return sendLink(request, reply, `link ${tidy(secret)}`, (order, code) => askAgain(order, secret, code))
  })
  reviewMessageRoutes(app, context)

  /** Answers the same at once, whoever is meant: what is sent, and whether, is settled behind the answer. */
  async function sendLink(
    request: FastifyRequest,
    reply: FastifyReply,
    subject: string,
    send: (order: ReviewOrder, code: string) => Promise<boolean>,
  ): Promise<FastifyReply> {
    const { access, clock, log } = parts
    const order = orderOf(request, context)
    const at = clock.now()
    const asked = await access.noteFailure(subjectOf('address', `review ${order.ip}`), at, countedMs)
    if (asked > mostForClient) {
      reply.code(429).header('retry-after', String(countedMs / 1000))
      return showReview(reply, askPage('Too many links were asked for from here. Try again later.'), context)
    }
    const code = newCode()
    const work = async () => {
      const links = await access.noteFailure(subjectOf('account', `review ${subject}`), at, countedMs)
      if (links <= mostForAddress) await send(order, code)
    }
    work().catch((cause: unknown) =>
      log.warn({ cause: String(cause) }, 'a link to the review page was not sent'),
    )
    return showReview(reply, askedPage(code), context)
  }
}

/** What stands in a form's address is ours, whatever was asked. */
function tidy(secret: string): string {
  return /^[\w-]{43}$/.test(secret) ? secret : '0'
}

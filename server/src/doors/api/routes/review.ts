import type { FastifyInstance, FastifyRequest } from 'fastify'
import { subjectOf } from '#services/access/slow-guessing.ts'
import { askForLink, ownerOf, ownerOfLink } from '#services/review/ask-for-link.ts'
import { findReviewSession, lookAtLink, newCode, pressLink } from '#services/review/review-link.ts'
import type { ReviewOrder } from '#services/review/review-parts.ts'
import { readReviewCookie } from '../access/review-cookie.ts'
import { askedPage, askPage, linkPage, noLinksPage, overPage } from '../page/review-link-page.ts'
import type { ApiContext } from './api-context.ts'
import { readForm } from './read-form.ts'
import { reviewMessageRoutes } from './review-messages.ts'
import { addReviewPage, orderOf, type ReviewAnswer } from './review-reply.ts'

/** Links that one person gets in 15 minutes, and questions of one client: more wait, whoever asks. */
const mostForPerson = 3
const mostForClient = 20
const countedMs = 15 * 60_000

type Link = { Params: { secret: string } }

/** `/review`: how people come to their own mail without a password. Nothing here is changed by looking. */
export function reviewRoutes(app: FastifyInstance, context: ApiContext): void {
  addReviewPage(app, context, ['GET', '/review'], async (request) => {
    const secret = readReviewCookie(request)
    const session = secret === null ? null : await findReviewSession(orderOf(request, context), secret)
    return session ? { to: '/review/messages' } : { page: askPage(null) }
  })
  addReviewPage(app, context, ['POST', '/review'], async (request) => {
    const { address } = readForm(request.body, ['address'])
    const wanted = address.trim().toLowerCase()
    if (!/^[^\s@<>]{1,64}@[^\s@<>]{1,255}$/.test(wanted))
      return { page: askPage('This is no mail address.'), code: 400 }
    return sendLink(request, context, (order) => ownerOf(order, wanted))
  })

  addReviewPage<Link>(app, context, ['GET', '/review/link/:secret'], async (request) => {
    const { secret } = request.params
    const link = await lookAtLink(orderOf(request, context), secret)
    if (!link) return { page: overPage(tidy(secret)), code: 410 }
    return { page: linkPage(tidy(secret), link.codeHash !== null, null) }
  })
  addReviewPage<Link>(app, context, ['POST', '/review/link/:secret'], async (request) => {
    const { secret } = request.params
    const { code } = readForm(request.body, ['code'])
    const pressed = await pressLink(orderOf(request, context), secret, code === '' ? null : code.slice(0, 20))
    if (pressed.kind === 'over') return { page: overPage(tidy(secret)), code: 410 }
    if (pressed.kind === 'wrong-code')
      return { page: linkPage(tidy(secret), true, 'That is not the code.'), code: 401 }
    return { to: '/review/messages', session: pressed.secret }
  })
  addReviewPage<Link>(app, context, ['POST', '/review/link/:secret/again'], async (request) => {
    const { secret } = request.params
    return sendLink(request, context, (order) => ownerOfLink(order, secret))
  })
  reviewMessageRoutes(app, context)
}

/**
 * Answers the same at once, whoever is meant: what is sent, and whether, is settled behind the answer. Links are counted
 * for the person, so that neither another of his addresses nor a tag in it gets him more of them.
 */
async function sendLink(
  request: FastifyRequest,
  context: ApiContext,
  whose: (order: ReviewOrder) => Promise<string | null>,
): Promise<ReviewAnswer> {
  const { access, clock, log } = context.parts
  const order = orderOf(request, context)
  if (order.pageUrl() === '') return { page: noLinksPage, code: 409 }
  const at = clock.now()
  const asked = await access.noteFailure(subjectOf('address', order.ip, 'review'), at, countedMs)
  if (asked > mostForClient)
    return {
      page: askPage('Too many links were asked for from here. Try again later.'),
      code: 429,
      retrySeconds: countedMs / 1000,
    }
  const code = newCode()
  const work = async () => {
    const person = await whose(order)
    if (person === null) return
    const links = await access.noteFailure(subjectOf('account', `review ${person}`), at, countedMs)
    if (links <= mostForPerson) await askForLink(order, person, code)
  }
  work().catch((cause: unknown) =>
    log.warn({ cause: String(cause) }, 'a link to the review page was not sent'),
  )
  return { page: askedPage(code) }
}

/** What stands in a form's address is ours, whatever was asked. */
function tidy(secret: string): string {
  return /^[\w-]{43}$/.test(secret) ? secret : '0'
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OrderError } from '#services/ledger/order-error.ts'
import { publicComponents } from '#services/status/status-store.ts'
import { askToSubscribe } from '#services/subscribers/ask-to-subscribe.ts'
import {
  confirmSubscription,
  leaveSubscription,
  lookAtWish,
} from '#services/subscribers/settle-subscription.ts'
import {
  askedToSubscribePage,
  confirmedPage,
  confirmPage,
  leavePage,
  leftPage,
  linkOverPage,
  noSubscriptionsPage,
  subscribePage,
} from '../page/status-pages.ts'
import type { ApiContext } from './api-context.ts'
import { readForm } from './read-form.ts'
import { addReviewPage, type ReviewAnswer } from './review-reply.ts'

type Link = { Params: { secret: string } }
const over: ReviewAnswer = { page: linkOverPage, code: 410 }

/** `/status/...`: how people and programs come to be told of the status page, and how they leave. */
export function statusSubscribeRoutes(app: FastifyInstance, context: ApiContext): void {
  const { subscribers } = context.parts
  const formPage = async (wrong: string | null) =>
    subscribePage(subscribers.page.name, publicComponents(await subscribers.readStatus.components()), wrong)
  const isOffered = async () =>
    subscribers.pageUrl() !== '' && (await subscribers.readStatus.components()).length > 0

  addReviewPage(app, context, ['GET', '/status/subscribe'], async () =>
    (await isOffered()) ? { page: await formPage(null) } : { page: noSubscriptionsPage, code: 404 },
  )
  addReviewPage(app, context, ['POST', '/status/subscribe'], async (request) => {
    if (!(await isOffered())) return { page: noSubscriptionsPage, code: 404 }
    const { address } = readForm(request.body, ['address'])
    const components = request.body instanceof URLSearchParams ? request.body.getAll('component') : []
    try {
      await askToSubscribe(subscribers, { address, components, ip: context.who.addressOf(request) })
      return { page: askedToSubscribePage }
    } catch (cause) {
      if (!(cause instanceof OrderError)) throw cause
      return {
        page: await formPage(`${sentence(cause.message)}.`),
        code: cause.code === 'conflict' ? 429 : 400,
      }
    }
  })

  addReviewPage<Link>(app, context, ['GET', '/status/confirm/:secret'], async (request) => {
    const secret = secretOf(request)
    const found = await lookAtWish(subscribers, secret)
    return found ? { page: confirmPage(secret, found.address) } : over
  })
  // Programs confirm from elsewhere, so both of these are open to all who know the secret.
  const fromAnywhere = { fromAnywhere: true }
  addReviewPage<Link>(
    app,
    context,
    ['POST', '/status/confirm/:secret'],
    async (request) =>
      (await confirmSubscription(subscribers, secretOf(request))) ? { page: confirmedPage } : over,
    fromAnywhere,
  )
  addReviewPage<Link>(app, context, ['GET', '/status/leave/:secret'], async (request) => {
    const secret = secretOf(request)
    const found = await subscribers.subscribers.ofLeave(secret)
    return found ? { page: leavePage(secret, found.address) } : { page: leftPage }
  })
  addReviewPage<Link>(
    app,
    context,
    ['POST', '/status/leave/:secret'],
    async (request) => {
      await leaveSubscription(subscribers, secretOf(request))
      return { page: leftPage }
    },
    fromAnywhere,
  )
}

/** What stands in a form's address is ours, whatever was asked. */
function secretOf(request: FastifyRequest<Link>): string {
  const { secret } = request.params
  return /^[\w-]{43}$/.test(secret) ? secret : '0'
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteGenericInterface,
} from 'fastify'
import { OrderError } from '#services/ledger/order-error.ts'
import type { ReviewOrder } from '#services/review/review-parts.ts'
import { dropReviewCookie, sendReviewCookie } from '../access/review-cookie.ts'
import { ApiProblem } from '../api-problem.ts'
import { type ReviewFrame, reviewLayout } from '../page/review-layout.ts'
import { awayPage } from '../page/review-link-page.ts'
import type { ApiContext } from './api-context.ts'

/** What one of these pages comes to: a page, or another address. */
export type ReviewAnswer =
  | { readonly page: ReviewFrame; readonly code?: number; readonly retrySeconds?: number }
  /** `session`: the secret of a new one; null: the present one has ended. */
  | { readonly to: string; readonly session?: string | null }

const retrySeconds = 60

/** A page for everybody that answers in time, and says so where the store does not. */
export function addReviewPage<Shape extends RouteGenericInterface>(
  app: FastifyInstance,
  context: ApiContext,
  [method, url]: readonly ['GET' | 'POST', string],
  answer: (request: FastifyRequest<Shape>) => Promise<ReviewAnswer>,
  config: Pick<FastifyContextConfig, 'fromAnywhere' | 'access' | 'ofPeople'> = {},
): void {
  app.route({
    method,
    url,
    config: { access: 'open', writes: method === 'POST', ...config },
    handler: async (request, reply) => {
      const work = answer(request as unknown as FastifyRequest<Shape>)
      return send(reply, await inTime(work, context), context)
    },
  })
}

/** Whoever asks here is a person at most; who exactly, his session says. */
export function orderOf(request: FastifyRequest, { parts, who }: ApiContext): ReviewOrder {
  const settingsOf = oneAtATime(parts.review.settingsOf)
  return { ...parts.review, settingsOf, who: 'person', ip: who.addressOf(request) }
}

/** Each line of a list asks for the settings of the same person, which stay the same for one click. */
function oneAtATime(settingsOf: ReviewOrder['settingsOf']): ReviewOrder['settingsOf'] {
  let last: { readonly address: string; readonly found: ReturnType<typeof settingsOf> } | null = null
  return (address) => {
    if (last?.address !== address) last = { address, found: settingsOf(address) }
    return last.found
  }
}

const away: ReviewAnswer = { page: awayPage, code: 503, retrySeconds }

async function inTime(work: Promise<ReviewAnswer>, { parts }: ApiContext): Promise<ReviewAnswer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<ReviewAnswer>((resolve) => {
    timer = setTimeout(() => resolve(away), parts.config['console.storeWait'])
  })
  try {
    return await Promise.race([work, late])
  } catch (cause) {
    if (cause instanceof ApiProblem && cause.status < 500) throw cause
    if (cause instanceof OrderError && cause.code === 'not-found') throw cause
    parts.log.error({ cause: String((cause as Error).stack ?? cause) }, 'a review page could not be shown')
    return away
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

function send(
  reply: FastifyReply,
  answer: ReviewAnswer,
  { parts, assets, brandOf }: ApiContext,
): FastifyReply {
  reply.header('cache-control', 'no-store')
  if ('to' in answer) {
    const isSecure = parts.config['console.url'].startsWith('https:')
    if (answer.session === null) dropReviewCookie(reply, isSecure)
    else if (answer.session !== undefined) sendReviewCookie(reply, answer.session, isSecure)
    return reply.redirect(answer.to, 303)
  }
  if (answer.retrySeconds !== undefined) reply.header('retry-after', String(answer.retrySeconds))
  return reply
    .code(answer.code ?? 200)
    .type('text/html; charset=utf-8')
    .send(reviewLayout(answer.page, assets, brandOf(reply.request.headers.host)))
}

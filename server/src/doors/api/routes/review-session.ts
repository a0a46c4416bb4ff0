import type { FastifyRequest } from 'fastify'
import type { PersonOrder } from '#services/review/act-on-review.ts'
import { findReviewSession } from '#services/review/review-link.ts'
import type { ReviewSession } from '#services/review/review-store.ts'
import { readReviewCookie } from '../access/review-cookie.ts'
import type { ApiContext } from './api-context.ts'
import { orderOf } from './review-reply.ts'

/** Who looks at his own mail, and an order in his name; null: nobody is in. */
export async function sessionOf(
  request: FastifyRequest,
  context: ApiContext,
): Promise<{ order: Omit<PersonOrder, 'session' | 'messageId' | 'n'>; session: ReviewSession } | null> {
  const secret = readReviewCookie(request)
  const order = orderOf(request, context)
  const session = secret === null ? null : await findReviewSession(order, secret)
  return session && { order: { ...order, who: `person:${session.address}` }, session }
}

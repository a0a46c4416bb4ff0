import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ReviewOrder } from '#services/review/review-parts.ts'
import { type ReviewFrame, reviewLayout } from '../page/review-layout.ts'
import type { ApiContext } from './api-context.ts'

/** Whoever asks here is a person at most; who exactly, his session says. */
export function orderOf(request: FastifyRequest, { parts, who }: ApiContext): ReviewOrder {
  return { ...parts.review, who: 'person', ip: who.addressOf(request) }
}

export function showReview(reply: FastifyReply, frame: ReviewFrame, { assets }: ApiContext): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(reviewLayout(frame, assets))
}

export function isSecure({ parts }: ApiContext): boolean {
  return parts.config['console.url'].startsWith('https:')
}

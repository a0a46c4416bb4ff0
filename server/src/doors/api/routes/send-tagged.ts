import type { FastifyReply, FastifyRequest } from 'fastify'
import { namesTag, tagOf } from './if-match.ts'

interface Dated {
  readonly completeUpTo: string | null
}

/** As it stands in JSON; within a text its quotes would be escaped, so no text is taken for it. */
const moments = /"completeUpTo":(?:"[^"]*"|null)/g

/**
 * Sends an answer with a tag of its content, or says that nothing has changed: whoever asks every two seconds then
 * costs no more than the question. The moment that the answer is complete up to changes each time and is no content,
 * nor is that of answers within it; it travels in a header of its own.
 */
export function sendJson(request: FastifyRequest, reply: FastifyReply, answer: Dated): FastifyReply {
  const body = JSON.stringify(answer)
  const tag = tagOf(body.replace(moments, ''))
  reply.headers({
    etag: tag,
    'cache-control': 'no-cache',
    'mailkeep-complete-up-to': answer.completeUpTo ?? '',
  })
  if (namesTag(request.headers['if-none-match'] ?? '', tag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

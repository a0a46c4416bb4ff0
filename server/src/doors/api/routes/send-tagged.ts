import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

interface Dated {
  readonly completeUpTo: string | null
}

/**
 * Sends an answer with a tag of its content, or says that nothing has changed: whoever asks every two seconds then
 * costs no more than the question. The moment that the answer is complete up to changes each time and is no content;
 * it travels in a header of its own.
 */
export function sendTagged<Answer extends Dated>(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  render: { readonly type: string; readonly body: () => string },
): FastifyReply {
  const { completeUpTo, ...content } = answer
  const tag = `"${createHash('sha256').update(withoutMoments(content)).digest('base64url').slice(0, 22)}"`
  reply.headers({
    etag: tag,
    'cache-control': 'no-cache',
    'mailkeep-complete-up-to': completeUpTo ?? '',
  })
  if (request.headers['if-none-match'] === tag) return reply.code(304).send()
  return reply.type(render.type).send(render.body())
}

/** Answers within answers carry that moment too. */
function withoutMoments(content: object): string {
  return JSON.stringify(content, (key, value) => (key === 'completeUpTo' ? undefined : value))
}

/** The same for an answer to a program. */
export function sendJson<Answer extends Dated>(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
): FastifyReply {
  return sendTagged(request, reply, answer, {
    type: 'application/json; charset=utf-8',
    body: () => JSON.stringify(answer),
  })
}

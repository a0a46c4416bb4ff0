import { createHash } from 'node:crypto'
import type { ApiRoute } from '@mailkeep/contract'
import type { FastifyRequest } from 'fastify'
import { doAskedOnce } from '#ground/platform/asked-once.ts'
import type { KeptAnswers } from '#services/access/kept-answers.ts'
import type { Principal } from '#services/access/principal.ts'
import { problems } from '../api-problem.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly keptAnswers: KeptAnswers
  }
}

/** Longer answers are not kept: the same question then says that it was done. */
const longestKept = 262_144
/** What is being done at the moment is done within seconds, or a minute after the process that did it has died. */
const underWayMs = 5000

/**
 * Answers a question with an Idempotency-Key once: the same one again gets the same answer, within a day and whoever
 * asked it. What could not be answered may be asked again, but not where it failed after a change, or the process that did it
 * has died then: mail must not be released or sent twice. Without the field it is answered each time.
 * @throws ApiProblem 409 while it is being answered, or was cut off; 422 where the key was used for something else
 */
export async function answerOnce(
  kept: KeptAnswers,
  request: FastifyRequest,
  { who }: Principal,
  { showsSecret }: ApiRoute,
  answer: () => Promise<string>,
): Promise<string> {
  const key = request.headers['idempotency-key']
  if (key === undefined) return answer()
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) throw problems.wrongKey()
  const hash = digest(`${who} ${key}`)
  const seen = request.headers['if-match'] ?? ''
  const question = digest(`${key} ${request.method} ${request.url} ${JSON.stringify(request.body)}${seen}`)
  const known = await kept.begin(hash, question, Date.now())
  if (known.kind === 'cut-off') throw problems.cutOff()
  if (known.kind === 'other') throw problems.otherQuestion()
  if (known.kind === 'under-way')
    throw problems.busy(
      'This is being done at the moment; ask again after the time of Retry-After.',
      underWayMs,
    )
  if (known.kind === 'known') {
    if (known.answer === '') throw problems.busy('This was done; its answer was shown once.')
    return known.answer
  }
  const text = await doAskedOnce(hash, answer).catch(async (cause: unknown) => {
    await kept.drop(hash)
    throw cause
  })
  // It is done, so he hears that; where its answer cannot be kept, the same again hears that it was cut off.
  await kept.end(hash, showsSecret || text.length > longestKept ? '' : text).catch(() => undefined)
  return text
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

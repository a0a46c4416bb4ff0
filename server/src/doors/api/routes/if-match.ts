import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { problems } from '../api-problem.ts'

/** The tag of an answer (RFC 9110, 8.8.3): of its bytes, so that any change of them changes it. */
export function tagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
}

/**
 * Whether a field of a question (If-Match, If-None-Match) names a tag. A web server between us that packs answers makes
 * tags weak (`W/`): what they name is the same.
 */
export function namesTag(field: string, tag: string): boolean {
  return field === '*' || field.split(',').some((each) => each.trim().replace(/^W\//, '') === tag)
}

/**
 * Whether what somebody changes is still what he has read. Whoever writes gives the store what he has shown here, so
 * that it is compared and written in one step.
 * @throws ApiProblem 412
 */
export function assertMatch(request: FastifyRequest, view: unknown): void {
  const wanted = request.headers['if-match'] ?? '*'
  if (!namesTag(wanted, tagOf(JSON.stringify(view))))
    throw problems.changedMeanwhile(
      'This has been changed since you read it; nothing was done. Read it anew and decide again.',
    )
}

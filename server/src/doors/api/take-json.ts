import type { FastifyInstance } from 'fastify'
import { ApiProblem, mistakes } from './api-problem.ts'
import { deepest, isTooDeep } from './json-depth.ts'
import { hasUnreadableText, unreadableTextAt } from './unreadable-text.ts'

/** Of a longer body the place of a mistake is not looked for: a walk over all its values takes too long. */
const longestPlaced = 65_536

/**
 * Reads bodies of JSON, and looks at their letters while these are at hand. One that lies too deep is refused here: a
 * schema may leave a part of it open, and whoever writes that out again runs out of stack.
 * @returns where a body that was read has a text that cannot be kept; empty: somewhere; null: nowhere
 */
export function takeJson(app: FastifyInstance): (body: unknown) => string | null {
  const unreadable = new WeakMap<object, { readonly isLong: boolean }>()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, json: string, done) => {
    if (isTooDeep(json)) return done(tooDeep(), undefined)
    parse(request, json, (fault, body: unknown) => {
      if (typeof body === 'object' && body !== null && hasUnreadableText(json))
        unreadable.set(body, { isLong: json.length > longestPlaced })
      done(fault, body)
    })
  })
  return (body) => {
    const found = unreadable.get(body as object)
    if (!found) return null
    return found.isLong ? '' : (unreadableTextAt(body) ?? '')
  }
}

function tooDeep(): ApiProblem {
  return new ApiProblem(
    400,
    'wrong-query',
    mistakes.sent,
    `The body has more than ${deepest} values within each other; nothing of the contract lies so deep.`,
  )
}

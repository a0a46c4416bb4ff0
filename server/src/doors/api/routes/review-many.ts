import type { FastifyInstance } from 'fastify'
import {
  actOnMany,
  type ManyAct,
  type ManyLimits,
  manyOutcomes,
  type PickedMail,
} from '#services/review/act-on-many.ts'
import { nothingPage } from '../page/review-link-page.ts'
import { mostPicks, pickOf } from '../page/review-many.ts'
import type { ApiContext } from './api-context.ts'
import { askBeforeDeleting } from './review-delete.ts'
import { addReviewPage } from './review-reply.ts'
import { sessionOf } from './review-session.ts'

/** `POST /review/messages/many`: one button for all that somebody has ticked on his page. */
export function reviewManyRoute(app: FastifyInstance, context: ApiContext): void {
  addReviewPage(app, context, ['POST', '/review/messages/many'], async (request) => {
    const found = await sessionOf(request, context)
    if (!found) return { to: '/review' }
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    const act = form.get('act')
    const picks = readPicks(form.getAll('pick'))
    if ((act !== 'deliver' && act !== 'delete') || picks === null)
      return { page: nothingPage('Tick messages on your page, and press a button below them.'), code: 400 }
    const order = { ...found.order, session: found.session }
    const asks =
      act === 'delete' &&
      (await askBeforeDeleting(request, order, picks, {
        action: '/review/messages/many',
        fields: (waiting) => [
          ['act', act],
          ...waiting.map(({ messageId, n }) => ['pick', `${messageId}.${n}`] as const),
        ],
      }))
    if (asks) return asks
    const counts = await actOnMany(order, act satisfies ManyAct, picks, limitsOf(context))
    const told = manyOutcomes.map((each) => `&${each}=${counts[each]}`).join('')
    const older = form.get('older') === '1' ? '&older=1' : ''
    return { to: `/review/messages?done=many${told}${older}` }
  })
}

/** Well before the page is said to be away, which would tell nothing of what was done. */
function limitsOf({ parts: { config, log } }: ApiContext): ManyLimits {
  return {
    limitMs: Math.min(1000, (config['console.storeWait'] * 2) / 3),
    onFault: (cause) =>
      log.error(
        { cause: String((cause as Error).stack ?? cause) },
        'an order of a person for many broke off',
      ),
  }
}

/** Each once; null: one is none of ours, or they are more than a page has. */
function readPicks(texts: readonly string[]): PickedMail[] | null {
  const unique = new Set(texts)
  const picks = [...unique].map(pickOf)
  return picks.length > mostPicks || picks.includes(null) ? null : (picks as PickedMail[])
}

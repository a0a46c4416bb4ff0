import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Principal } from '#services/access/principal.ts'
import { hashSecret } from '#services/access/secret.ts'
import { lookAtContent } from '#services/content/look-at-content.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import {
  deleteMine,
  deliverMine,
  listSender,
  type PersonOrder,
  readMine,
  reportMine,
  rightsOver,
} from '#services/review/act-on-review.ts'
import { listReview } from '#services/review/list-review.ts'
import { readReviewSettings } from '#services/review/review-settings.ts'
import type { ReviewLine } from '#services/review/review-store.ts'
import { readReviewCookie } from '../access/review-cookie.ts'
import { nothingPage } from '../page/review-link-page.ts'
import { reviewListPage } from '../page/review-list-page.ts'
import { manyNote } from '../page/review-many.ts'
import { reviewMessagePage } from '../page/review-message-page.ts'
import { noteOf } from '../page/review-notes.ts'
import type { ApiContext } from './api-context.ts'
import { readForm } from './read-form.ts'
import { askBeforeDeleting } from './review-delete.ts'
import { reviewManyRoute } from './review-many.ts'
import { addReviewPage, type ReviewAnswer } from './review-reply.ts'
import { sessionOf } from './review-session.ts'

type One = { Params: { id: string; n: string } }
type List = { Querystring: Record<string, unknown> }
const one = '/review/messages/:id/:n'

/** What a button does, and what is said of it afterwards. */
const acts: Readonly<Record<string, (order: PersonOrder) => Promise<string>>> = {
  deliver: deliverMine,
  delete: deleteMine,
  block: async (order) => {
    await listSender(order, 'block')
    return 'blocked'
  },
  allow: async (order) => {
    await listSender(order, 'allow')
    return 'allowed'
  },
  report: async (order) => {
    await reportMine(order)
    return 'reported'
  },
}

/** `/review/messages`: what waits for one person, and what he may do with it. */
export function reviewMessageRoutes(app: FastifyInstance, context: ApiContext): void {
  const { parts } = context

  addReviewPage<List>(app, context, ['GET', '/review/messages'], (request) => showList(request, context))
  addReviewPage<One>(app, context, ['POST', `${one}/show`], (request) =>
    withMine(request, context, async (order) => {
      const line = await readMine(order)
      const look = await lookAtContent(parts.content, asPrincipal(order, line.rcptTo), line.messageId)
      const { session } = order
      const { zone } = readReviewSettings(order.settingsOf(session.address)).times
      return {
        page: reviewMessagePage({
          ...{ line, rights: rightsOver(order, line), who: session.address, zone, look },
          older: isOlder(request),
        }),
      }
    }),
  )
  for (const [name, act] of Object.entries(acts))
    addReviewPage<One>(app, context, ['POST', `${one}/${name}`], (request) =>
      withMine(request, context, async (order) => {
        const action = `/review/messages/${order.messageId}/${order.n}/${name}`
        const asks =
          name === 'delete' &&
          (await askBeforeDeleting(request, order, [order], { action, fields: () => [] }))
        if (asks) return asks
        const said = await act(order).catch((cause: unknown) => {
          if (cause instanceof OrderError && cause.code !== 'not-found') return `not-${name}`
          throw cause
        })
        const older = isOlder(request) ? '&older=1' : ''
        return { to: `/review/messages?done=${said}&of=${order.messageId}.${order.n}${older}` }
      }),
    )

  reviewManyRoute(app, context)
  addReviewPage(app, context, ['POST', '/review/leave'], async (request) => {
    const secret = readReviewCookie(request)
    if (secret !== null) await parts.review.review.endSession(hashSecret(secret))
    return { to: '/review', session: null }
  })
}

/** Whether the button stood on the list that has older ones too. */
function isOlder({ body }: FastifyRequest): boolean {
  return readForm(body, ['older']).older === '1'
}

async function showList(request: FastifyRequest<List>, context: ApiContext): Promise<ReviewAnswer> {
  const found = await sessionOf(request, context)
  if (!found) return { to: '/review' }
  const { order, session } = found
  const older = request.query.older === '1'
  const after = typeof request.query.after === 'string' ? request.query.after : null
  const list = await listReview(order, session, { older, after })
  const rights = (line: ReviewLine) => rightsOver({ ...order, session }, line)
  const read = (messageId: string, n: number) => readMine({ ...order, session, messageId, n })
  const note = manyNote(request.query) ?? (await noteOf(request.query, read, rights))
  return {
    page: reviewListPage({
      who: session.address,
      zone: readReviewSettings(order.settingsOf(session.address)).times.zone,
      cards: list.lines.map((line) => ({ line, rights: rights(line) })),
      waiting: list.waiting,
      older,
      next: list.next,
      after: list.after,
      isTicked: request.query.ticked === '1',
      freed: list.freed,
      note,
    }),
  }
}

/** Does something with a message of his; what is not his is not there. */
async function withMine(
  request: FastifyRequest<One>,
  context: ApiContext,
  work: (order: PersonOrder) => Promise<ReviewAnswer>,
): Promise<ReviewAnswer> {
  const found = await sessionOf(request, context)
  if (!found) return { to: '/review' }
  const { id, n } = request.params
  const messageId = /^[0-9a-z]{16}$/.test(id) ? id : ''
  try {
    return await work({
      ...found.order,
      session: found.session,
      messageId,
      n: /^\d{1,6}$/.test(n) ? Number(n) : -1,
    })
  } catch (cause) {
    if (!(cause instanceof OrderError && cause.code === 'not-found')) throw cause
    return { page: nothingPage('There is no such message for you, or it is kept no more.'), code: 404 }
  }
}

/** Somebody who may see the mail of one domain of one tenant; that a message is his was seen to before. */
function asPrincipal({ who, ip, session }: PersonOrder, rcptTo: string): Principal {
  const domain = rcptTo.slice(rcptTo.lastIndexOf('@') + 1).toLowerCase()
  return {
    who,
    name: session.address,
    ip,
    rights: new Set(),
    tenant: session.tenant,
    tenants: new Set([session.tenant]),
    domains: new Set([domain]),
  }
}

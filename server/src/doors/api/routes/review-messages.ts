import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
import { findReviewSession } from '#services/review/review-link.ts'
import { readReviewSettings } from '#services/review/review-settings.ts'
import type { ReviewSession } from '#services/review/review-store.ts'
import { dropReviewCookie, readReviewCookie } from '../access/review-cookie.ts'
import { nothingPage } from '../page/review-link-page.ts'
import { reviewListPage } from '../page/review-list-page.ts'
import { reviewMessagePage } from '../page/review-message-page.ts'
import { noteOf } from '../page/review-notes.ts'
import type { ApiContext } from './api-context.ts'
import { isSecure, orderOf, showReview } from './review-reply.ts'

type One = { Params: { id: string; n: string } }
type List = { Querystring: Record<string, unknown> }
const mine = { config: { access: 'open', writes: true } } as const

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
  const { parts, reads } = context

  app.get<List>('/review/messages', mine, async (request, reply) => {
    const found = await sessionOf(request, context)
    if (!found) return reply.redirect('/review', 303)
    const { order, session } = found
    const older = request.query.older === '1'
    const after = typeof request.query.after === 'string' ? request.query.after : null
    const key = `${session.hash} ${older} ${after}`
    const list = await reads.ask('review', key, () => listReview(order, session, { older, after }))
    const view = {
      who: session.address,
      zone: readReviewSettings(order.settingsOf(session.address)).times.zone,
      cards:
        list.value?.lines.map((line) => ({ line, rights: rightsOver({ ...order, session }, line) })) ?? null,
      waiting: list.value?.waiting ?? 0,
      older,
      next: list.value?.next ?? null,
      freed: list.value?.freed ?? 0,
      note: await noteOf(
        request.query,
        (id, n) => readMine({ ...order, session, messageId: id, n }),
        (line) => rightsOver({ ...order, session }, line),
      ),
    }
    return showReview(list.value === null ? reply.code(503) : reply, reviewListPage(view), context)
  })

  app.post<One>('/review/messages/:id/:n/show', mine, (request, reply) =>
    withMine(request, reply, context, async (order) => {
      const line = await readMine(order)
      const look = await lookAtContent(parts.content, asPrincipal(order, line.rcptTo), line.messageId)
      const { session } = order
      const { zone } = readReviewSettings(order.settingsOf(session.address)).times
      const view = { line, rights: rightsOver(order, line), who: session.address, zone, look }
      return showReview(reply, reviewMessagePage(view), context)
    }),
  )
  for (const [name, act] of Object.entries(acts))
    app.post<One>(`/review/messages/:id/:n/${name}`, mine, (request, reply) =>
      withMine(request, reply, context, async (order) => {
        const done = await act(order).catch((cause: unknown) => {
          if (cause instanceof OrderError && cause.code !== 'not-found') return cause
          throw cause
        })
        const { messageId, n } = order
        const said = done instanceof OrderError ? `not-${name}` : done
        return reply.redirect(`/review/messages?done=${said}&of=${messageId}.${n}`, 303)
      }),
    )

  app.post('/review/leave', mine, async (request, reply) => {
    const secret = readReviewCookie(request)
    if (secret !== null) await parts.review.review.endSession(hashSecret(secret))
    dropReviewCookie(reply, isSecure(context))
    return reply.redirect('/review', 303)
  })
}

/** Does something with a message of his; what is not his is not there. */
async function withMine(
  request: FastifyRequest<One>,
  reply: FastifyReply,
  context: ApiContext,
  work: (order: PersonOrder) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const found = await sessionOf(request, context)
  if (!found) return reply.redirect('/review', 303)
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
    return showReview(
      reply.code(404),
      nothingPage('There is no such message for you, or it is kept no more.'),
      context,
    )
  }
}

async function sessionOf(
  request: FastifyRequest,
  context: ApiContext,
): Promise<{ order: PersonOrderBase; session: ReviewSession } | null> {
  const secret = readReviewCookie(request)
  const order = orderOf(request, context)
  const session = secret === null ? null : await findReviewSession(order, secret)
  return session && { order: { ...order, who: `person:${session.address}` }, session }
}

type PersonOrderBase = Omit<PersonOrder, 'session' | 'messageId' | 'n'>

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

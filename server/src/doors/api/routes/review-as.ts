import type { FastifyInstance, FastifyRequest } from 'fastify'
import { reachOfMail } from '#services/access/principal.ts'
import { endView } from '#services/access/view-as.ts'
import { rightsOver } from '#services/review/act-on-review.ts'
import { lookAsPerson } from '#services/review/look-as-person.ts'
import { readReviewSettings } from '#services/review/review-settings.ts'
import type { ReviewLine } from '#services/review/review-store.ts'
import { principalOf } from '../access/guard-access.ts'
import { problems } from '../api-problem.ts'
import { reviewNote } from '../page/review-layout.ts'
import { reviewListPage } from '../page/review-list-page.ts'
import type { ApiContext } from './api-context.ts'
import { addReviewPage, orderOf, type ReviewAnswer } from './review-reply.ts'

type List = { Querystring: Record<string, unknown> }
const path = '/review/as'

/** `GET /review/as`: the review page of the person with whose eyes a manager looks; the way back is all it does. */
export function reviewAsRoute(app: FastifyInstance, context: ApiContext): void {
  addReviewPage<List>(app, context, ['GET', path], (request) => showAs(request, context), {
    access: 'mail.read',
    ofPeople: true,
  })
  app.route({
    method: 'POST',
    url: '/account/view/end',
    config: { access: 'signed-in', writes: true },
    handler: async (request, reply) => {
      const { signedIn } = request.asker
      const { access, tenancy, clock } = context.parts
      if (signedIn) {
        const who = `manager:${signedIn.manager.id}`
        const ip = context.who.addressOf(request)
        await endView({ access, directory: tenancy, at: clock.now(), who, ip }, signedIn.session)
      }
      return reply.redirect('/', 303)
    },
  })
}

async function showAs(request: FastifyRequest<List>, context: ApiContext): Promise<ReviewAnswer> {
  const { signedIn } = request.asker
  const view = signedIn?.session.viewAs
  const principal = principalOf(request)
  const address = view?.domain?.startsWith('user:') ? view.domain.slice('user:'.length) : null
  // Whoever lost the tenant or the person since has nothing in reach, whatever his session says.
  if (!signedIn || !view || address === null || principal.tenants?.has(view.tenant) !== true)
    throw problems.notFound(
      'Nobody is looked at: choose "See as this person" on the page of the mail of somebody.',
    )
  const order = { ...orderOf(request, context), who: principal.who }
  const older = request.query.older === '1'
  const after = typeof request.query.after === 'string' ? request.query.after : null
  const { tenant, reason } = view
  const within = reachOfMail(await context.who.own(signedIn.manager, principal.ip))
  const look = { address, tenant, reason, ...(within && { within }) }
  const { session, list } = await lookAsPerson(order, look, { older, after })
  const rights = (line: ReviewLine) => rightsOver({ ...order, session }, line)
  const { maySignIn, times } = readReviewSettings(order.settingsOf(session.address))
  return {
    page: reviewListPage({
      who: session.address,
      zone: times.zone,
      cards: list.lines.map((line) => ({ line, rights: rights(line) })),
      waiting: list.waiting,
      older,
      after: null,
      isTicked: false,
      next: list.next,
      freed: list.freed,
      note: maySignIn
        ? null
        : reviewNote(
            'bad',
            'Policy keeps this person from this page: review.sign-in is off, or the product.',
          ),
      look: { path, reason },
    }),
  }
}

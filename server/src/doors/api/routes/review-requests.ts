import { type RequestLine, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { mayReach, type Principal, reachOfMail } from '#services/access/principal.ts'
import { askForReviewMail } from '#services/review/attend-to-reviews.ts'
import { approveRequest, denyRequest, type RequestOrder } from '#services/review/decide-request.ts'
import { listPeople } from '#services/review/list-people.ts'
import type { ReachesPerson } from '#services/review/reaches-person.ts'
import type { RequestLine as Found } from '#services/review/review-store.ts'
import { showPerson } from '#services/review/show-person.ts'
import { cutText } from '../answers/cut-text.ts'
import { describeReviewPerson } from '../answers/describe-review-person.ts'
import { keyOf } from '../answers/key-of.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { pageOf, toPage } from './directory-page.ts'

const subjectShown = 200
const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1)

/** `/api/v1/release-requests` and `/api/v1/review`: what people ask of managers, and mails to them. */
export function reviewRequestRoutes(app: FastifyInstance, { parts, reads }: ApiContext): void {
  const { review, reasonText, directoryViews } = parts
  const orderOf = ({ who, ip }: Principal) => ({ ...review, who, ip })
  const requestOf = (principal: Principal, id: string, note = ''): RequestOrder => {
    const within = reachOfMail(principal)
    const mayVirus = principal.rights.has('quarantine.virus')
    return { ...orderOf(principal), id, note, mayVirus, ...(within && { within }) }
  }
  const inReach =
    (principal: Principal): ReachesPerson =>
    async ({ tenant, address }) =>
      mayReach(principal, tenant, domainOf(address)) ||
      (await directoryViews.peopleScope(`user:${address}`, reachOfMail(principal) ?? null)) !== null

  addRoute(app, routes.releaseRequests, async ({ principal, query }) => {
    const { state, after, limit = 25 } = query
    const within = reachOfMail(principal)
    const wanted = {
      ...(state && { state }),
      ...(after !== undefined && { after }),
      ...(within && { within }),
    }
    const found = await reads.ask('release requests', `${keyOf(within)} ${JSON.stringify(query)}`, () =>
      review.readReview.requests(wanted, limit + 1),
    )
    const lines = found.value?.slice(0, limit) ?? null
    return {
      completeUpTo: reads.completeUpTo,
      lines: { ...found, value: lines?.map((each) => describe(each, reasonText)) ?? null },
      next: lines && (found.value?.length ?? 0) > limit ? (lines.at(-1)?.id ?? null) : null,
    }
  })
  addRoute(app, routes.approveRequest, async ({ principal, params, body }) => {
    const state = await approveRequest(requestOf(principal, params.id, body.note))
    return { id: params.id, state, rescan: state === 'approved' }
  })
  addRoute(app, routes.denyRequest, async ({ principal, params, body }) => {
    await denyRequest(requestOf(principal, params.id, body.note))
    return { id: params.id, state: 'denied' as const, rescan: false }
  })
  addRoute(app, routes.sendReviewMail, async ({ principal, body }) => ({
    address: await askForReviewMail(orderOf(principal), body.address, inReach(principal)),
  }))
  addRoute(app, routes.reviewPeople, async ({ principal, query }) => {
    const page = pageOf(principal, query)
    const { domain, group, waits } = query
    const wanted = {
      ...page,
      ...(domain !== undefined && { domain: domain.toLowerCase() }),
      ...(group !== undefined && { group }),
      ...(waits !== undefined && { waits: waits === 'something' }),
    }
    const found = await reads.ask('review people', JSON.stringify(wanted), () => listPeople(review, wanted))
    const { lines, next } = toPage(
      found.value ?? [],
      page,
      (each) => each.address,
      (each) => describeReviewPerson(each, reasonText),
    )
    return { completeUpTo: reads.completeUpTo, lines: { ...found, value: found.value && lines }, next }
  })
  addRoute(app, routes.reviewPerson, async ({ principal, params }) => {
    const { settings, mailedAt, reviewedAt, nextLookAt, ...view } = await showPerson(
      review,
      params.address,
      inReach(principal),
    )
    const { mayRelease, mayList, maySignIn } = settings
    return {
      ...view,
      mayRelease,
      mayList,
      maySignIn,
      mailedAt: momentOrNull(mailedAt),
      reviewedAt: momentOrNull(reviewedAt),
      nextLookAt: momentOrNull(nextLookAt),
    }
  })
}

function describe({ n: _n, ...found }: Found, reasonText: (reason: string) => string): RequestLine {
  return {
    ...found,
    subject: cutText(found.subject, subjectShown),
    askedAt: moment(found.askedAt),
    decidedAt: momentOrNull(found.decidedAt),
    reasonText: reasonText(found.reason),
  }
}

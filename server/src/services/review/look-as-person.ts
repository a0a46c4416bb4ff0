import { OrderError } from '#services/ledger/order-error.ts'
import { listReview, type ReviewList } from './list-review.ts'
import type { ReviewOrder } from './review-parts.ts'
import type { ReviewSession } from './review-store.ts'

/** Somebody who looks with the eyes of a person, and why. */
export interface PersonLook {
  readonly address: string
  readonly tenant: string
  readonly reason: string
}

export interface SeenReview {
  readonly session: ReviewSession
  readonly list: ReviewList
}

/**
 * What the review page of a person shows him now, for somebody else: nothing of it is changed, no message counts as seen
 * by the person, and each look is a line in the audit log of his tenant.
 * @throws OrderError where there is no such person of the tenant
 */
export async function lookAsPerson(
  order: ReviewOrder,
  { address, tenant, reason }: PersonLook,
  asked: { readonly older: boolean; readonly after: string | null },
): Promise<SeenReview> {
  const { readReview, directory, now, who, ip } = order
  const person = await readReview.person(address)
  if (!person?.isListed || person.tenant !== tenant)
    throw new OrderError('not-found', `there is no user ${address}`)
  const state = await readReview.state(person.address)
  const session: ReviewSession = {
    hash: '',
    address: person.address,
    tenant,
    since: state?.tenant === tenant ? (state.reviewedAt ?? 0) : 0,
    createdAt: now(),
    expiresAt: now(),
    ip,
  }
  const list = await listReview(order, session, asked)
  const messages = list.lines.map((each) => each.messageId)
  await directory.recordChange(
    now(),
    'review-looked-at',
    who,
    { person: person.address, reason, messages },
    { tenant, ip },
  )
  return { session, list }
}

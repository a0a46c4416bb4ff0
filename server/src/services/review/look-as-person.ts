import { findPeople, isWithin } from '#services/ledger/is-within.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { listReview, type ReviewList } from './list-review.ts'
import type { ReviewOrder } from './review-parts.ts'
import type { ReviewSession } from './review-store.ts'

/** Somebody who looks with the eyes of a person, and why. */
export interface PersonLook {
  readonly address: string
  readonly tenant: string
  readonly reason: string
  /** Mail that whoever looks may see himself; absent: all. */
  readonly within?: Reach
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
  { address, tenant, reason, within }: PersonLook,
  asked: { readonly older: boolean; readonly after: string | null },
): Promise<SeenReview> {
  const { readReview, ledger, directory, now, who, ip } = order
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
  const found = await listReview(order, session, asked)
  const addresses = found.lines.map((each) => each.rcptTo)
  const isOfPeople = await findPeople(ledger, within, addresses)
  const lines = found.lines.filter((each) => isWithin(within, each.tenant, each.rcptTo, isOfPeople))
  const list = { ...found, lines }
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

import { OrderError } from '#services/ledger/order-error.ts'
import type { ReachesPerson } from './reaches-person.ts'
import type { ReviewParts } from './review-parts.ts'
import { type ReviewSettings, readReviewSettings, sendsReviews } from './review-settings.ts'

/** How somebody stands who looks after his own mail. */
export interface PersonView {
  readonly address: string
  readonly waiting: number
  readonly fresh: number
  readonly mailedAt: number | null
  readonly reviewedAt: number | null
  readonly nextLookAt: number | null
  readonly settings: ReviewSettings
  /** Whether he gets review mails at all. */
  readonly sendsMail: boolean
}

/** @throws OrderError where he is none of ours, or out of reach */
export async function showPerson(
  { readReview, settingsOf, pageUrl }: ReviewParts,
  text: string,
  isInReach: ReachesPerson = () => true,
): Promise<PersonView> {
  const person = await readReview.person(text)
  if (!person?.isListed || !(await isInReach(person)))
    throw new OrderError('not-found', `there is no user ${text}`)
  const { address, tenant } = person
  const settings = readReviewSettings(settingsOf(address))
  const state = await readReview.state(address)
  const { visibility } = settings
  const since = state?.reviewedAt ?? 0
  return {
    address,
    ...(await readReview.count({ address, tenant, visibility, since })),
    mailedAt: state?.mailedAt ?? null,
    reviewedAt: state?.reviewedAt ?? null,
    nextLookAt: state?.dueAt ?? null,
    settings,
    sendsMail: pageUrl() !== '' && sendsReviews(settings),
  }
}

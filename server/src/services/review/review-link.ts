import { randomInt } from 'node:crypto'
import type { NewReviewLink } from '#flow/spool/review-note.ts'
import { hashSecret, newSecret } from '#services/access/secret.ts'
import type { ReviewOrder } from './review-parts.ts'
import { readReviewSettings } from './review-settings.ts'
import type { Person, ReviewLink, ReviewSession } from './review-store.ts'

const hourMs = 3_600_000
/** C-05 and CN-05: what came by itself is good for three clicks in three days, what was asked for for one in 15 minutes. */
const terms = {
  review: { lifeMs: 72 * hourMs, clicks: 3 },
  requested: { lifeMs: 15 * 60_000, clicks: 1 },
} as const
const codeTries = 5
/** How long somebody may look at his mail after a click. */
export const sessionMs = hourMs

/** Makes a link for somebody, and its secret for the mail. With a code only whoever knows that can use it. */
export function makeLink(
  person: Person,
  kind: NewReviewLink['kind'],
  { now, since, code = null }: { now: number; since: number; code?: string | null },
): { readonly link: NewReviewLink; readonly secret: string } {
  const secret = newSecret()
  const { lifeMs, clicks } = terms[kind]
  const link: NewReviewLink = {
    hash: hashSecret(secret),
    address: person.address,
    tenant: person.tenant,
    kind,
    madeAt: now,
    expiresAt: now + lifeMs,
    clicks,
    since,
    codeHash: code === null ? null : hashCode(secret, code),
    tries: codeTries,
  }
  return { link, secret }
}

/** Six digits at random. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0')
}

/** The code alone could be guessed from its hash. */
function hashCode(secret: string, code: string): string {
  return hashSecret(`${secret} ${code.replace(/\s/g, '')}`)
}

/** What a link would open; changes nothing. Null: it is over, or there is none. */
export async function lookAtLink(
  { readReview, settingsOf, now }: ReviewOrder,
  secret: string,
): Promise<ReviewLink | null> {
  const link = await readReview.link(hashSecret(secret))
  if (!link || link.expiresAt < now() || link.clicksLeft < 1 || link.triesLeft < 1) return null
  return readReviewSettings(settingsOf(link.address)).maySignIn ? link : null
}

export type PressOutcome =
  | { readonly kind: 'opened'; readonly secret: string }
  | { readonly kind: 'wrong-code' }
  | { readonly kind: 'over' }

/** The press of the button, which alone counts as a click: opens a session of its own kind. */
export async function pressLink(
  order: ReviewOrder,
  secret: string,
  code: string | null,
): Promise<PressOutcome> {
  const { review, now, ip } = order
  const link = await lookAtLink(order, secret)
  if (!link) return { kind: 'over' }
  const sessionSecret = newSecret()
  const at = now()
  const outcome = await review.useLink(link.hash, code === null ? null : hashCode(secret, code), {
    hash: hashSecret(sessionSecret),
    createdAt: at,
    expiresAt: at + sessionMs,
    ip,
  })
  if (outcome !== 'opened') return { kind: outcome }
  return { kind: 'opened', secret: sessionSecret }
}

/** Whose session it is; null: it is over, or he may not sign in any more. */
export async function findReviewSession(
  { readReview, settingsOf, now }: ReviewOrder,
  secret: string,
): Promise<ReviewSession | null> {
  const found = await readReview.sessionAndPerson(hashSecret(secret))
  if (!found || found.session.expiresAt < now()) return null
  const { session, person } = found
  if (person?.address !== session.address || person.tenant !== session.tenant) return null
  const settings = readReviewSettings(settingsOf(session.address))
  if (!settings.maySignIn || !(person.isListed || settings.takesAny)) return null
  return session
}

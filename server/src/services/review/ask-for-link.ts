import { hashSecret } from '#services/access/secret.ts'
import { makeLink } from './review-link.ts'
import type { ReviewOrder } from './review-parts.ts'
import { readReviewSettings } from './review-settings.ts'

/**
 * Sends a link to whoever asks for one on the page, if he is one of ours and may sign in by mail. What it answers must
 * not be shown: it would tell who exists.
 * @param code what the page shows to whoever asked; the link asks for it
 */
export async function askForLink(order: ReviewOrder, address: string, code: string): Promise<boolean> {
  const { readReview, settingsOf, send, directory, now, ip, pageUrl } = order
  if (pageUrl() === '') return false
  const person = await readReview.person(address)
  if (!person) return false
  const settings = readReviewSettings(settingsOf(person.address))
  if (!settings.maySignIn || !(person.isListed || settings.takesAny)) return false
  const state = await readReview.state(person.address)
  const at = now()
  const { link, secret } = makeLink(person, 'requested', { now: at, since: state?.reviewedAt ?? 0, code })
  await send({ kind: 'requested', person, link, secret })
  await directory.recordChange(
    at,
    'review-link-requested',
    `person:${person.address}`,
    { address: person.address },
    { tenant: person.tenant, ip },
  )
  return true
}

/** The address of the person behind one of his addresses, whatever tag it has; null: none of ours. */
export async function ownerOf({ readReview }: ReviewOrder, address: string): Promise<string | null> {
  return (await readReview.person(address))?.address ?? null
}

/** Whom a link was for, over or not; null: there was none. */
export async function ownerOfLink({ readReview }: ReviewOrder, secret: string): Promise<string | null> {
  return (await readReview.link(hashSecret(secret)))?.address ?? null
}

import { type ReviewSettings, sendsReviews } from './review-settings.ts'
import type { ReviewPerson, Standing } from './review-standing.ts'
import { nextReviewAt } from './review-times.ts'

/** Why no review mail comes to somebody by itself, in the words that managers read. */
export const silenceTexts = {
  'no-page': 'no link would lead here: console.url is not set',
  'not-listed': 'not in the directory: a mail to it might come back',
  'review-off': 'nobody sees his quarantine: product.review is off',
  'sign-in-off': 'no sign-in by mail: review.sign-in is off',
  'mail-off': 'switched off: review.mail is off',
  'no-hours': 'no hours for it: review.from is not before review.until',
  'nothing-shown': 'nobody would see it: visibility is not above tolerance',
  hidden: 'what waits scores above visibility',
  told: 'nothing has come since the last mail',
  'nothing-waits': 'nothing waits',
} as const
export type Silence = keyof typeof silenceTexts

/** When the next mail goes out if nothing changes, or why none does. */
export type Outlook =
  | { readonly nextAt: number; readonly silence: null }
  | { readonly nextAt: null; readonly silence: Silence }

/**
 * What is to be expected of review mails to somebody, as `attendToReviews` decides it when the time comes.
 * @param hasPage whether `console.url` is set
 */
export function describeOutlook(
  { isListed }: Pick<ReviewPerson, 'isListed'>,
  { state, waiting, hidden, unsaid }: Standing,
  settings: ReviewSettings,
  hasPage: boolean,
  now: number,
): Outlook {
  const isAsked = state?.isAsked === true && state.dueAt !== null
  const silence = whyNever(isListed, settings, hasPage, isAsked)
  if (silence !== null) return { nextAt: null, silence }
  if (isAsked) return { nextAt: now, silence: null }
  if (waiting === 0) return { nextAt: null, silence: hidden > 0 ? 'hidden' : 'nothing-waits' }
  const dueAt = state?.dueAt ?? null
  if (unsaid === 0 || dueAt === null) return { nextAt: null, silence: 'told' }
  const newsSince = state?.newsSince ?? null
  const nextAt = newsSince === null ? now : Math.round(nextReviewAt(settings.times, newsSince, now))
  return { nextAt: Math.max(now, nextAt), silence: null }
}

/** What stands against every mail to somebody, whatever waits; one that a manager asked for needs less. */
function whyNever(
  isListed: boolean,
  settings: ReviewSettings,
  hasPage: boolean,
  isAsked: boolean,
): Silence | null {
  if (!hasPage) return 'no-page'
  if (!isListed) return 'not-listed'
  if (!settings.isOn) return 'review-off'
  if (!settings.maySignIn) return 'sign-in-off'
  if (isAsked || sendsReviews(settings)) return null
  if (!settings.sendsMail) return 'mail-off'
  return settings.times.from >= settings.times.until ? 'no-hours' : 'nothing-shown'
}

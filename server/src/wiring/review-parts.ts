import type { ReviewParts } from '#services/review/review-parts.ts'
import type { Base } from './base.ts'
import { composeReviewMail } from './review-notice.ts'

/** Joins services/review to the spool, which its mails go through, and to settings as they are now. */
export function createReviewParts({ stores, spool, snapshot, config }: Base): ReviewParts {
  const pageUrl = () => config['console.url']
  return {
    review: stores.review,
    readReview: stores.readReview,
    quarantine: stores.quarantine,
    ledger: stores.ledger,
    directory: stores.directory,
    policy: stores.policy,
    settingsOf: (address) => snapshot.settingsOf(address),
    send: (mail) => spool.accept(composeReviewMail(mail, config, pageUrl(), Date.now())),
    pageUrl,
    terms: () => ({
      lifeMs: config['delivery.expiryInbound'],
      rescan: config['antivirus.backends'].length > 0,
    }),
    now: () => Date.now(),
  }
}

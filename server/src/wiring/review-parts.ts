import type { ReviewParts } from '#services/review/review-parts.ts'
import type { Base } from './base.ts'
import { fromNameOf, pageUrlOf } from './brand-look.ts'
import { composeReviewMail } from './review-notice.ts'

/** Joins services/review to the spool, which its mails go through, and to settings as they are now. */
export function createReviewParts({ stores, spool, snapshot, config, brands }: Base): ReviewParts {
  const pageUrl = () => config['console.url']
  return {
    review: stores.review,
    readReview: stores.readReview,
    ledger: stores.ledger,
    directory: stores.directory,
    policy: stores.policy,
    settingsOf: (address) => snapshot.settingsOf(address),
    async send(mail) {
      const { tenant } = mail.kind === 'outcome' ? mail.request : mail.person
      const look = {
        pageUrl: await pageUrlOf(brands, tenant, pageUrl()),
        fromName: await fromNameOf(brands, tenant),
      }
      await spool.accept(composeReviewMail(mail, config, look, Date.now()))
    },
    pageUrl,
    pageUrlOf: (tenant) => pageUrlOf(brands, tenant, pageUrl()),
    lifeMs: () => config['delivery.expiryInbound'],
    now: () => Date.now(),
  }
}

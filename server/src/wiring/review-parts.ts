import { Brands } from '#services/branding/brands.ts'
import type { ReviewParts } from '#services/review/review-parts.ts'
import type { Base } from './base.ts'
import { composeReviewMail } from './review-notice.ts'

/** Joins services/review to the spool, which its mails go through, and to settings as they are now. */
export function createReviewParts({ stores, spool, snapshot, config }: Base): ReviewParts {
  const pageUrl = () => config['console.url']
  const brands = new Brands({ store: stores.brands, tenants: () => stores.directory.tenants() })
  return {
    review: stores.review,
    readReview: stores.readReview,
    quarantine: stores.quarantine,
    ledger: stores.ledger,
    directory: stores.directory,
    policy: stores.policy,
    settingsOf: (address) => snapshot.settingsOf(address),
    async send(mail) {
      await brands.renew(1000)
      const { host, fromName } = brands.ofTenant(
        mail.kind === 'outcome' ? mail.request.tenant : mail.person.tenant,
      )
      const look = { pageUrl: withHost(pageUrl(), host), fromName }
      await spool.accept(composeReviewMail(mail, config, look, Date.now()))
    },
    pageUrl,
    terms: () => ({
      lifeMs: config['delivery.expiryInbound'],
      rescan: config['antivirus.backends'].length > 0,
    }),
    now: () => Date.now(),
  }
}

/** The same address under the host name of a brand. */
function withHost(url: string, host: string | null): string {
  if (host === null || url === '') return url
  const branded = new URL(url)
  branded.hostname = host
  return branded.href
}

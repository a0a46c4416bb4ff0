import type { TellManagersParts } from '#services/review/tell-managers.ts'
import { composeAskedMail } from './asked-notice.ts'
import type { Base } from './base.ts'
import { fromNameOf, pageUrlOf } from './brand-look.ts'

/** Joins what tells managers of people who wait to the spool, which its mails go through. */
export function createAskedParts({ stores, spool, snapshot, config, brands }: Base): TellManagersParts {
  const pageUrl = () => config['console.url']
  return {
    readReview: stores.readReview,
    tenants: () => stores.readDirectory.tenants(),
    settingsOf: (address) => snapshot.settingsOf(address),
    pageUrl,
    async send(mail) {
      const { tenant } = mail.manager
      const look = {
        pageUrl: await pageUrlOf(brands, tenant, pageUrl()),
        fromName: await fromNameOf(brands, tenant),
      }
      await spool.accept(composeAskedMail(mail, config, look, Date.now()))
    },
    now: () => Date.now(),
  }
}

import type { Acceptance } from '#flow/spool/message-store.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { guardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { ApartParts } from '#services/alarms/tell-apart.ts'
import type { Brands } from '#services/branding/brands.ts'
import { alarmMailOf } from './alarm-mail.ts'
import { fromNameOf } from './brand-look.ts'
import { composeOwnNotice } from './own-notice.ts'
import { webRules } from './web-rules.ts'

/** Answers are not read. */
const mostAnswerBytes = 4096

/** How messages about alarms leave: mail by the spool, the rest by the web. The same for the server and for commands. */
export function createAlarmPost({
  config,
  brands,
  accept,
}: {
  readonly config: Config
  readonly brands: Brands
  readonly accept: (acceptance: Acceptance) => Promise<unknown>
}): ApartParts {
  return {
    fetch: guardedFetch(webRules(config, mostAnswerBytes)),
    now: () => Date.now(),
    async send(mail) {
      const notice = alarmMailOf(mail, config['site.host'], await fromNameOf(brands, mail.tenant))
      await accept(composeOwnNotice(notice, config, Date.now()))
    },
  }
}

import type { Acceptance } from '#flow/spool/message-store.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { AskedMail } from '#services/review/tell-managers.ts'
import { htmlOf, textOf } from './notice-markup.ts'
import { composeOwnNotice } from './own-notice.ts'

/** Makes the mail that tells a manager how many people wait for him. It names no person and no message. */
export function composeAskedMail(
  { manager, requests, reports, oldestAt }: AskedMail,
  config: Config,
  { pageUrl, fromName }: { readonly pageUrl: string; readonly fromName: string },
  now: number,
): Acceptance {
  const parts = [...countOf(requests, 'request'), ...countOf(reports, 'report')]
  const subject = `${parts.join(' and ')} ${requests + reports === 1 ? 'waits' : 'wait'} for an answer`
  const words = [
    `${subject}, the longest since ${utcWords(oldestAt)}.`,
    'People ask for mail of theirs that was set aside, or say that mail was judged wrongly. The button shows them in the console; what you answer goes to them by mail.',
    'You get this mail because you may release mail. The setting review.managers switches it off for a tenant or a domain.',
  ]
  const page = reports === 0 ? '/requests' : requests === 0 ? '/reported' : '/'
  const address = `${pageUrl.replace(/\/$/, '')}${page}`
  const notice = composeOwnNotice(
    {
      to: manager.address,
      tenant: manager.tenant,
      subject,
      lines: textOf(words, 'Show who waits:', address),
      html: htmlOf(words, 'Show who waits', address),
      fromName,
      facts: { asked: manager.id },
      kind: 'auto-generated',
    },
    config,
    now,
  )
  return { ...notice, review: { kind: 'asked', manager: manager.id, mailedAt: manager.mailedAt } }
}

function countOf(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`]
}

import type { Acceptance } from '#flow/spool/message-store.ts'
import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { syncFaults } from '#services/sync/sync-fault.ts'
import type { SyncNotice, SyncSource } from '#services/sync/sync-store.ts'
import { composeOwnNotice } from './own-notice.ts'

/** The mail that tells a manager of a tenant, once, that its people cannot be brought, and what to do. */
export function composeSyncNotice(
  notice: SyncNotice,
  source: SyncSource | null,
  { to, fromName }: { readonly to: string; readonly fromName: string },
  config: Config,
  now: number,
): Acceptance {
  const { what, todo } = syncFaults[notice.code]
  const name = toPrintable(source?.name ?? notice.source, 200)
  const good = source?.goodAt ? new Date(source.goodAt).toISOString() : 'never'
  const said = toPrintable(source?.fault?.detail ?? '', 500)
  return composeOwnNotice(
    {
      to,
      tenant: notice.tenant,
      fromName,
      subject: `User sync of ${toPrintable(notice.tenant, 60)}: ${what}`,
      lines: [
        'Hello,',
        '',
        ...wrapWords(
          `people of ${toPrintable(notice.tenant, 100)} cannot be brought from "${name}": ${what}.`,
          72,
        ),
        ...(said === '' ? [] : ['', ...wrapWords(`It said: ${said}`, 72)]),
        '',
        ...wrapWords('Nobody was removed: the people known so far go on getting their mail.', 72),
        '',
        ...wrapWords(todo, 72),
        '',
        `Last good run: ${good}`,
        `Source: ${notice.source}`,
        '',
        ...wrapWords('You hear of this once, until it is over.', 72),
      ],
      facts: { noticeOf: `sync ${notice.source}` },
      kind: 'auto-generated',
    },
    config,
    now,
  )
}

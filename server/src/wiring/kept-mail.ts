import type { Config } from '#ground/platform/config/settings.ts'
import type { HeldStore } from '#services/held/held-store.ts'
import type { RetentionStore } from '#services/ledger/retention-store.ts'
import { keptQuarantined } from '#services/quarantine/kept-quarantined.ts'
import type { QuarantineStore } from '#services/quarantine/quarantine-store.ts'
import type { KeptMail } from '#services/retention/kept-mail.ts'

/** Where kept mail is read. */
export interface KeptMailStores {
  readonly quarantine: Pick<QuarantineStore, 'targets' | 'count'>
  readonly retention: Pick<RetentionStore, 'returned' | 'countReturned'>
  readonly held: Pick<HeldStore, 'kept' | 'countOpen'>
}

/** All mail that is kept for a time which levels may shorten. */
export function keptMailOf(
  { quarantine, retention, held }: KeptMailStores,
  config: Pick<Config, 'spool.keepIncident' | 'spool.keepReturned'>,
): { readonly [Kind in 'quarantined' | 'returned' | 'held']: KeptMail } {
  const [incidentMs, returnedMs] = [config['spool.keepIncident'], config['spool.keepReturned']]
  return {
    quarantined: keptQuarantined(quarantine),
    returned: {
      setting: 'returned.days',
      page: (selection, behind, limit) =>
        retention.returned(selection, incidentMs > returnedMs ? incidentMs : null, behind, limit),
      count: (selection) => retention.countReturned(selection),
    },
    held: {
      setting: 'held.days',
      page: (selection, behind, limit) => held.kept(selection, behind, limit),
      count: (selection) => held.countOpen(selection),
    },
  }
}

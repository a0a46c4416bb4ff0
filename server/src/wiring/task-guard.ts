import { systemClock } from '#ground/platform/clock.ts'
import { whyNotGoOn } from '#services/access/may-go-on.ts'
import type { Right } from '#services/access/roles.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { mailActions } from '#services/search/mail-task.ts'
import type { StoredTask } from '#services/tasks/task-store.ts'
import type { Base } from './base.ts'

/** What the parts of an order are called that its reach stands in, whatever kind it is of. */
interface Told {
  readonly selection?: { readonly within?: Reach }
  readonly filter?: { readonly within?: Reach }
  readonly mayVirus?: boolean
}

/** Asks before each step of work whether who has ordered it may still do so: an account that is shut does no more. */
export function createTaskGuard({ stores }: Base): (task: StoredTask) => Promise<string | null> {
  return async ({ kind, who, tenant, order }) => {
    const needed = rightOf(kind)
    if (needed === null) return null
    const { selection, filter, mayVirus } = order as Told
    const domains = (selection ?? filter)?.within?.domains ?? null
    const rights: Right[] = mayVirus ? [needed, 'quarantine.virus'] : [needed]
    const now = systemClock.now()
    return whyNotGoOn(
      stores.readAccess,
      () => stores.directory.tenants(),
      { who, tenant, rights, domains },
      now,
    )
  }
}

/** Null: it changes no mail. */
function rightOf(kind: string): Right | null {
  if (kind.startsWith('quarantine-')) return 'quarantine.act'
  if (kind.startsWith('queue-') || kind === 'mail-retry' || kind === 'mail-resend') return 'queue.act'
  return mailActions.some((each) => kind === `mail-${each}`) ? 'quarantine.act' : null
}

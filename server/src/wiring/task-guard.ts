import { systemClock } from '#ground/platform/clock.ts'
import { whyNotGoOn } from '#services/access/may-go-on.ts'
import { reachOfMail } from '#services/access/principal.ts'
import type { Right } from '#services/access/roles.ts'
import { repairKind } from '#services/incidents/repair-task.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { eraseKind } from '#services/person/erase-task.ts'
import { mailActions } from '#services/search/mail-task.ts'
import type { StoredTask } from '#services/tasks/task-store.ts'
import type { Base } from './base.ts'

/** What the parts of an order are called that its reach stands in, whatever kind it is of. */
interface Told {
  readonly selection?: { readonly within?: Reach }
  readonly filter?: { readonly within?: Reach }
  readonly question?: { readonly within?: Reach }
  readonly mayVirus?: boolean
}

/** Asks before each step of work whether who has ordered it may still do so: an account that is shut does no more. */
export function createTaskGuard({ stores }: Base): (task: StoredTask) => Promise<string | null> {
  return async ({ kind, who, tenant, order }) => {
    const needed = rightOf(kind)
    if (needed === null) return null
    const { selection, filter, question, mayVirus } = order as Told
    const domains = (selection ?? filter ?? question)?.within?.domains ?? null
    const rights: Right[] = mayVirus ? [needed, 'quarantine.virus'] : [needed]
    const now = systemClock.now()
    return whyNotGoOn(
      stores.readAccess,
      () => stores.directory.tenants(),
      { who, tenant, rights, domains },
      now,
      async (name, by) => (await stores.directoryViews.peopleScope(name, reachOfMail(by) ?? null)) !== null,
    )
  }
}

/** Null: it changes nothing. */
function rightOf(kind: string): Right | null {
  if (kind === eraseKind) return 'person.data'
  if (kind.startsWith('quarantine-')) return 'quarantine.act'
  const action = mailActions.find((each) => kind === `mail-${each}` || kind === repairKind(each))
  if (kind.startsWith('queue-') || action === 'retry' || action === 'resend') return 'queue.act'
  return action === undefined ? null : 'quarantine.act'
}

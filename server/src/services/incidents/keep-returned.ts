import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { RetentionStore } from '#services/ledger/retention-store.ts'
import { questionOf } from './affected-mail.ts'
import type { Incident } from './incident.ts'
import type { IncidentStore } from './incident-store.ts'

export interface KeepReturnedParts {
  readonly incidents: Pick<IncidentStore, 'list'>
  readonly ledger: Pick<LedgerStore, 'affected'>
  readonly retention: Pick<RetentionStore, 'dueReturned' | 'keepReturned'>
  /** How long after its return the content of mail is kept that an incident has touched. */
  readonly keepMs: number
}

const batch = 200
/** Incidents whose lists are asked, the newest. */
const mostIncidents = 500

/**
 * Keeps returned mail longer that an incident has touched (N-03), so that a repair can send it again. It is asked when
 * the content is about to go, of that mail alone: whatever its list says by then counts, and no list is walked through.
 */
export async function keepReturned(
  { incidents, ledger, retention, keepMs }: KeepReturnedParts,
  now: number,
): Promise<void> {
  let asking: Incident[] | null = null
  for (let after = ''; ; ) {
    const ids = await retention.dueReturned(now, after, batch)
    const last = ids.at(-1)
    if (last === undefined) return
    asking ??= (await incidents.list({}, mostIncidents)).filter((each) => each.predicate !== null)
    const touched = new Set<string>()
    for (const each of asking) for (const id of await touchedBy(ledger, each, ids, now)) touched.add(id)
    if (touched.size > 0) await retention.keepReturned([...touched], keepMs)
    after = last
  }
}

async function touchedBy(
  ledger: Pick<LedgerStore, 'affected'>,
  incident: Incident,
  messageIds: readonly string[],
  now: number,
): Promise<string[]> {
  const query = { ...questionOf(incident, now), messageIds }
  const touched: string[] = []
  for (let after: string | null = ''; after !== null; ) {
    const found: Awaited<ReturnType<LedgerStore['affected']>> = await ledger.affected(query, after, batch)
    touched.push(...found.lines.map((each) => each.messageId))
    after = found.next
  }
  return touched
}

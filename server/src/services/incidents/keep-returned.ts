import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { RetentionStore } from '#services/ledger/retention-store.ts'
import { questionOf } from './affected-mail.ts'
import type { Incident } from './incident.ts'
import type { IncidentStore } from './incident-store.ts'

export interface KeepTouchedParts {
  readonly incidents: Pick<IncidentStore, 'list'>
  readonly ledger: Pick<LedgerStore, 'affected'>
  readonly retention: Pick<RetentionStore, 'keepReturned'>
  /** How long after its return the content of mail is kept that an incident has touched. */
  readonly keepMs: number
}

export interface KeepReturnedParts extends KeepTouchedParts {
  readonly retention: Pick<RetentionStore, 'dueReturned' | 'keepReturned'>
}

const batch = 200
/** Incidents whose lists are asked, the newest. */
const mostIncidents = 500

/**
 * Keeps returned mail longer that an incident has touched (N-03), so that a repair can send it again. It is asked when
 * the content is about to go, of that mail alone: whatever its list says by then counts, and no list is walked through.
 */
export async function keepReturned(parts: KeepReturnedParts, now: number): Promise<void> {
  let asking: Incident[] | null = null
  for (let after = ''; ; ) {
    const ids = await parts.retention.dueReturned(now, after, batch)
    const last = ids.at(-1)
    if (last === undefined) return
    asking ??= await askingIncidents(parts)
    await keepWhatTouched(parts, asking, ids, now)
    after = last
  }
}

/** The same for messages whose content is about to go otherwise; answers which of them an incident has touched. */
export async function keepTouched(
  parts: KeepTouchedParts,
  messageIds: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  return keepWhatTouched(parts, await askingIncidents(parts), messageIds, now)
}

/** Those that have a list. */
async function askingIncidents({ incidents }: Pick<KeepTouchedParts, 'incidents'>): Promise<Incident[]> {
  return (await incidents.list({}, mostIncidents)).filter((each) => each.predicate !== null)
}

async function keepWhatTouched(
  { ledger, retention, keepMs }: Omit<KeepTouchedParts, 'incidents'>,
  incidents: readonly Incident[],
  messageIds: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  const touched = new Set<string>()
  for (const each of incidents)
    for (const id of await touchedBy(ledger, each, messageIds, now)) touched.add(id)
  if (touched.size > 0) await retention.keepReturned([...touched], keepMs)
  return touched
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

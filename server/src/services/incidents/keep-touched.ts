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

const batch = 200
/** Incidents whose lists are asked, the newest. */
const mostIncidents = 500

/**
 * Keeps returned mail longer that an incident has touched (N-03), so that a repair can send it again. It is asked when
 * the content is about to go, of that mail alone: whatever its list says by then counts, and no list is walked through.
 * Answers which of the messages it were.
 * @param incidents those that have a list
 */
export async function keepTouched(
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

/** Incidents that have a list of mail. */
export async function askingIncidents({
  incidents,
}: Pick<KeepTouchedParts, 'incidents'>): Promise<Incident[]> {
  return (await incidents.list({}, mostIncidents)).filter((each) => each.predicate !== null)
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

import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { StatusStore } from '#services/status/status-store.ts'
import { countAffected, questionOf } from './affected-mail.ts'
import { type DraftParts, draftPostmortem } from './draft-postmortem.ts'
import type { Incident } from './incident.ts'

const countMs = 3000

/** The draft of a postmortem with the mail that it touched counted anew, for some seconds at most. */
export async function makeDraft(
  parts: { readonly status: Pick<StatusStore, 'incident'>; readonly ledger: Pick<LedgerStore, 'affected'> },
  incident: Incident,
  audience: DraftParts['audience'],
  now: number,
): Promise<string> {
  const face = incident.isPublic ? await parts.status.incident(incident.id) : null
  const sums =
    incident.predicate === null ? null : await countAffected(parts.ledger, questionOf(incident, now), countMs)
  return draftPostmortem({ incident, face, sums, now, audience })
}

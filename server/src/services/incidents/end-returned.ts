import type { OverdueDelivery, RetentionStore } from '#services/ledger/retention-store.ts'
import type { Incident } from './incident.ts'
import { askingIncidents, type KeepTouchedParts, keepTouched } from './keep-touched.ts'

interface EndReturnedParts extends KeepTouchedParts {
  readonly retention: Pick<RetentionStore, 'keepReturned' | 'endReturned'>
}

export interface EndDueParts extends KeepTouchedParts {
  readonly retention: Pick<RetentionStore, 'dueReturned' | 'keepReturned' | 'freeDue'>
}

const batch = 200

/**
 * Frees the content of returned mail whose level keeps it no longer, unless an incident has touched it. Both in one
 * step: a mark to free it later would outlast the setting, which somebody may take back meanwhile. Answers of how many.
 */
export async function endReturned(
  parts: EndReturnedParts,
  overdue: readonly OverdueDelivery[],
  now: number,
): Promise<number> {
  const ids = overdue.map(({ messageId }) => messageId)
  const touched = await keepTouched(parts, await askingIncidents(parts), ids, now)
  return parts.retention.endReturned(overdue.filter(({ messageId }) => !touched.has(messageId)))
}

/** The same of mail that the site keeps no longer. Nothing else frees such content, so nothing goes unasked. */
export async function endDueReturned(parts: EndDueParts, now: number): Promise<void> {
  let asking: Incident[] | null = null
  for (let after = ''; ; ) {
    const ids = await parts.retention.dueReturned(now, after, batch)
    const last = ids.at(-1)
    if (last === undefined) return
    asking ??= await askingIncidents(parts)
    await keepTouched(parts, asking, ids, now)
    await parts.retention.freeDue(ids, now)
    after = last
  }
}

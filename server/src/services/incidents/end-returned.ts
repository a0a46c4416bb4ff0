import type { OverdueDelivery, RetentionStore } from '#services/ledger/retention-store.ts'
import { type KeepTouchedParts, keepTouched } from './keep-returned.ts'

export interface EndReturnedParts extends KeepTouchedParts {
  readonly retention: Pick<RetentionStore, 'keepReturned' | 'endReturned'>
}

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
  const touched = await keepTouched(parts, ids, now)
  return parts.retention.endReturned(overdue.filter(({ messageId }) => !touched.has(messageId)))
}

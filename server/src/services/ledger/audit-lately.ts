import type { Difference, LedgerStore } from './ledger-store.ts'

const minuteMs = 60_000
/** What a round looks back over. */
const windowMinutes = 10
/** Ids never go back where a clock does: for as long as that they may be ahead of it. */
const aheadMs = 86_400_000

/**
 * Compares books, rows and events of the last minutes with each other (N-01). A minute at a time, so that people whose
 * questions the same thread answers get theirs in between.
 * @param limit differences at most
 */
export async function auditLately(
  ledger: Pick<LedgerStore, 'auditStretch'>,
  now: number,
  limit: number,
): Promise<Difference[]> {
  const end = (Math.floor(now / minuteMs) + 1) * minuteMs
  const found: Difference[] = []
  for (let back = windowMinutes; back > 0 && found.length < limit; back--) {
    const since = end - back * minuteMs
    const until = since + (back === 1 ? aheadMs : minuteMs)
    found.push(...(await ledger.auditStretch({ since, until }, limit - found.length)))
  }
  return found
}

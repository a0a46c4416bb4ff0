import type { QuarantineSummary } from '@mailkeep/contract'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { ApiParts } from '../api-parts.ts'
import type { StoreReads } from '../store-reads.ts'
import { keyOf } from './key-of.ts'
import { moment, momentOrNull } from './moment.ts'

const dayMs = 86_400_000

/** Quarantine in figures: why, whose, and what goes next. */
export async function describeQuarantineSummary(
  { readQuarantine, clock, config, reasonText }: ApiParts,
  reads: StoreReads,
  reach?: Reach,
): Promise<QuarantineSummary> {
  const keptMs = config['spool.keepQuarantined']
  const now = clock.now()
  const found = await reads.ask('quarantine figures', keyOf(reach), () =>
    readQuarantine.summarize(reach ?? null, [now - keptMs + dayMs, now - keptMs + 7 * dayMs]),
  )
  if (found.value === null)
    return { completeUpTo: reads.completeUpTo, figures: { value: null, missing: found.missing } }
  const { deliveries, reasons, tenants, leavingBy, oldest } = found.value
  return {
    completeUpTo: reads.completeUpTo ?? moment(now),
    figures: {
      value: {
        deliveries,
        reasons: reasons.map((each) => ({ ...each, reasonText: reasonText(each.reason) })),
        tenants: [...tenants],
        keptDays: keptMs / dayMs,
        leavesIn24Hours: leavingBy[0] ?? 0,
        leavesIn7Days: leavingBy[1] ?? 0,
        oldest: momentOrNull(oldest),
      },
      missing: null,
    },
  }
}

import type { QuarantineSummary } from '@mailkeep/contract'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { keptQuarantined } from '#services/quarantine/kept-quarantined.ts'
import { dayMs } from '#services/retention/kept-for.ts'
import { leavingByLevel } from '#services/retention/leaving-by-level.ts'
import type { ApiParts } from '../api-parts.ts'
import type { StoreReads } from '../store-reads.ts'
import { keyOf } from './key-of.ts'
import { moment, momentOrNull } from './moment.ts'

/** Quarantine in figures: why, whose, and what goes next. */
export async function describeQuarantineSummary(
  parts: ApiParts,
  reads: StoreReads,
  reach?: Reach,
): Promise<QuarantineSummary> {
  const { readQuarantine, clock, config, reasonText } = parts
  const keptMs = config['spool.keepQuarantined']
  const now = clock.now()
  const found = await reads.ask('quarantine figures', keyOf(reach), async () => ({
    ...(await readQuarantine.summarize(reach ?? null, [now - keptMs + dayMs, now - keptMs + 7 * dayMs])),
    sooner: await soonerByLevel(parts, [now + dayMs, now + 7 * dayMs], reach),
  }))
  if (found.value === null)
    return { completeUpTo: reads.completeUpTo, figures: { value: null, missing: found.missing } }
  const { deliveries, reasons, tenants, leavingBy, oldest, sooner } = found.value
  const leaving = (at: number) => (leavingBy[at] ?? 0) + (sooner[at] ?? 0)
  return {
    completeUpTo: reads.completeUpTo ?? moment(now),
    figures: {
      value: {
        deliveries,
        reasons: reasons.map((each) => ({ ...each, reasonText: reasonText(each.reason) })),
        tenants: [...tenants],
        keptDays: keptMs / dayMs,
        leavesIn24Hours: leaving(0),
        leavesIn7Days: leaving(1),
        oldest: momentOrNull(oldest),
      },
      missing: null,
    },
  }
}

/** What a level takes away by then, and the site would not yet. */
function soonerByLevel(
  { readQuarantine, policy, config, directory }: ApiParts,
  moments: readonly number[],
  reach: Reach | undefined,
): Promise<number[]> {
  const settingsOf = (address: string, tenant: string) => directory.settingsOf(address, tenant)
  const mail = keptQuarantined(readQuarantine)
  return leavingByLevel({ mail, policy: policy.reader, config, settingsOf }, moments, reach)
}

import type { Reach } from '#services/ledger/ledger-store.ts'
import type { KeptPage, KeptPlace } from '#services/ledger/retention-store.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import { type SettingsOf, shortestOf } from './kept-for.ts'
import { createKeptLookup } from './kept-lookup.ts'
import type { KeptMail } from './kept-mail.ts'
import { type SiteKeeps, siteKeepsMs } from './kept-settings.ts'

export interface LeavingByLevelParts {
  readonly config: SiteKeeps
  readonly policy: Pick<PolicyStore, 'valuesOf'>
  readonly mail: KeptMail
  readonly settingsOf: SettingsOf
}

const pageSize = 1000
/** Deliveries looked at, the oldest first: figures are an estimate, and no reason to look up everybody. */
const mostPages = 20

/**
 * Deliveries that leave before moments by what a level says, and would not by what the site says; one number for each
 * moment. Of more than 20,000 the oldest count.
 */
export async function leavingByLevel(
  { config, policy, mail, settingsOf }: LeavingByLevelParts,
  moments: readonly number[],
  reach: Reach | undefined,
): Promise<number[]> {
  const counts = moments.map(() => 0)
  const siteMs = siteKeepsMs(config, mail.setting)
  const shortest = shortestOf(siteMs, await policy.valuesOf(mail.setting))
  if (shortest === null) return counts
  const selection = { until: Math.max(...moments) - shortest, ...(reach && { within: reach }) }
  const keptOf = createKeptLookup(siteMs, mail.setting, settingsOf)
  let behind: KeptPlace | null = null
  for (let pages = 0; pages < mostPages; pages++) {
    const page: KeptPage = await mail.page(selection, behind, pageSize)
    for (const { since, owners, leavesAt = since + siteMs } of page.found) {
      const { ms, isOfLevel } = await keptOf(owners)
      if (!isOfLevel) continue
      for (const [at, moment] of moments.entries())
        if (since + ms < moment && leavesAt >= moment) counts[at] = (counts[at] ?? 0) + 1
    }
    if (page.behind === null) return counts
    behind = page.behind
  }
  return counts
}

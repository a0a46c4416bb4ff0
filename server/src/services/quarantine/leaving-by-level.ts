import { setImmediate as turn } from 'node:timers/promises'
import type { Config } from '#ground/platform/config/settings.ts'
import { keptDaysSetting } from '#services/directory/policy-settings.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import { keptFor, type SettingsOf, shortestOf } from './kept-for.ts'
import type { Place, QuarantineStore } from './quarantine-store.ts'

export interface LeavingByLevelParts {
  readonly config: Pick<Config, 'spool.keepQuarantined'>
  readonly policy: Pick<PolicyStore, 'valuesOf'>
  readonly quarantine: Pick<QuarantineStore, 'targets'>
  readonly settingsOf: SettingsOf
}

const page = 100
/** Deliveries looked at, the oldest first: figures are an estimate, and no reason to look up everybody. */
const mostPages = 200

/**
 * Deliveries that leave quarantine before moments by what a level says, and would not by what the site says; one number
 * for each moment. Of a quarantine of more than 20,000 the oldest count.
 */
export async function leavingByLevel(
  { config, policy, quarantine, settingsOf }: LeavingByLevelParts,
  moments: readonly number[],
  reach: Reach | undefined,
): Promise<number[]> {
  const counts = moments.map(() => 0)
  const shortest = shortestOf(config, await policy.valuesOf(keptDaysSetting))
  if (shortest === null) return counts
  const siteMs = config['spool.keepQuarantined']
  const selection = { setAsideUntil: Math.max(...moments) - shortest, ...(reach && { within: reach }) }
  let behind: Place | null = null
  for (let pages = 0; pages < mostPages; pages++) {
    const found: Awaited<ReturnType<typeof quarantine.targets>> = await quarantine.targets(
      selection,
      behind,
      page,
    )
    for (const { since, ...each } of found) {
      const { ms, isOfLevel } = keptFor(config, settingsOf, each)
      if (!isOfLevel) continue
      for (const [at, moment] of moments.entries())
        if (since + ms < moment && since + siteMs >= moment) counts[at] = (counts[at] ?? 0) + 1
    }
    if (found.length < page) return counts
    behind = found.at(-1) ?? null
    await turn()
  }
  return counts
}

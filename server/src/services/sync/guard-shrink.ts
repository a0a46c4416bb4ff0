import type { PlanCounts } from './sync-store.ts'

/** A loss that is too large to be carried out without a person's word (N-05). */
export interface SyncShrink {
  readonly domain: string
  /** People and aliases of the source before, with those that went lately. */
  readonly before: number
  readonly lost: number
}

/**
 * The domains that would lose more than the limit: two entries or more, or all. What went in small steps within the
 * grace time counts too. Losses that somebody has seen and confirmed do not.
 * @param lately unconfirmed losses by domain within the grace time
 */
export function findShrinks(
  losses: PlanCounts['losses'],
  lately: readonly { readonly domain: string; readonly lost: number }[],
  percent: number,
): SyncShrink[] {
  return Object.entries(losses).flatMap(([domain, { before, lost }]) => {
    if (lost === 0) return []
    const gone = lately.find((each) => each.domain === domain)?.lost ?? 0
    const [all, lostInAll] = [before + gone, lost + gone]
    const isTooMuch = (lostInAll >= 2 || lost === before) && lostInAll * 100 > percent * all
    return isTooMuch ? [{ domain, before: all, lost: lostInAll }] : []
  })
}

/** Losses without those addresses that a person has seen and confirmed. */
export function unconfirmed(
  losses: PlanCounts['losses'],
  removed: readonly string[],
  confirmed: ReadonlySet<string>,
): PlanCounts['losses'] {
  const left: Record<string, { before: number; lost: number }> = {}
  for (const [domain, { before }] of Object.entries(losses)) {
    const lost = removed.filter((each) => each.endsWith(`@${domain}`) && !confirmed.has(each)).length
    left[domain] = { before, lost }
  }
  return left
}

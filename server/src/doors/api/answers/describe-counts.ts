import type { MailCounts } from '@mailkeep/contract'
import type { MailCounts as Counted } from '#services/search/count-mail.ts'
import { momentOrNull } from './moment.ts'

const tenantsShown = 100

/** Counts as the contract has them. */
export function describeCounts(counts: Counted, completeUpTo: number | null): MailCounts {
  const tenants = linesOf(counts.tenants)
  return {
    completeUpTo: momentOrNull(completeUpTo),
    total: counts.total,
    states: linesOf(counts.states),
    tenants: tenants.slice(0, tenantsShown),
    tenantCount: tenants.length,
    countedBackTo: momentOrNull(counts.countedBackTo),
  }
}

/** Most first, as they come. */
export function linesOf(counts: Readonly<Record<string, number>>): { name: string; count: number }[] {
  return Object.entries(counts).map(([name, count]) => ({ name, count }))
}

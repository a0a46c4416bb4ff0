import type { MailCounts } from '@mailkeep/contract'
import type { Principal } from '#services/access/principal.ts'
import type { MailCounts as Counted } from '#services/search/count-mail.ts'
import type { IndexProgress } from '#services/search/search-store.ts'
import { describeCompleteness } from './describe-completeness.ts'
import { momentOrNull } from './moment.ts'

const tenantsShown = 100

/** Counts as the contract has them. */
export function describeCounts(counts: Counted, progress: IndexProgress, principal: Principal): MailCounts {
  const tenants = linesOf(counts.tenants)
  return {
    completeUpTo: momentOrNull(progress.completeUpTo),
    completeness: describeCompleteness(progress, principal),
    total: counts.total,
    states: linesOf(counts.states),
    tenants: tenants.slice(0, tenantsShown),
    tenantCount: tenants.length,
    verdicts: linesOf(counts.verdicts ?? {}),
    countedBackTo: momentOrNull(counts.countedBackTo),
  }
}

/** Most first, as they come. */
export function linesOf(counts: Readonly<Record<string, number>>): { name: string; count: number }[] {
  return Object.entries(counts).map(([name, count]) => ({ name, count }))
}

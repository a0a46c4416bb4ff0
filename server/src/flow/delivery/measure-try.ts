import { parseLane } from '#flow/spool/lane.ts'
import type { Measures } from '#ground/platform/measures.ts'
import type { Job } from './delivery-store.ts'
import type { Hop } from './hop.ts'
import type { Outcome } from './outcome.ts'

const outcomeCounts = { delivered: 'delivered', retry: 'deferred', failed: 'returned' } as const

/**
 * What it took to try, and what came of it; of a first try also how long the message had waited for it.
 * @param tenant whose figures it belongs to
 */
export function measureTry(
  measures: Measures,
  tenant: string,
  { kind }: Outcome,
  job: Job,
  hop: Hop,
  { startedAt, endedAt }: { startedAt: number; endedAt: number },
): void {
  const { direction } = parseLane(job.lane)
  const name = hop.receiver || hop.name
  measures.observe('deliver', direction, tenant, name, endedAt - startedAt)
  if (job.recipients[0]?.attempts === 0 && job.recipients[0].lastAttempt === null)
    measures.observe('wait', direction, tenant, name, startedAt - job.message.receivedAt)
  measures.count(outcomeCounts[kind], direction, tenant, name)
}

import type { Alarms } from '#ground/platform/alarms.ts'
import type { DomainReportStore, NewFailure } from './domain-report-store.ts'

const dayMs = 86_400_000
/** Failures of fewer messages are noise: forgers try every domain. */
const leastFailures = 10
const mostTold = 200
/** The alarm goes by itself when the reports of two days do not say it again. */
const lastsMs = 2 * dayMs

/**
 * Tells of sources that fail since lately: a service that began to send in a domain's name without SPF or DKIM, or a
 * server of the domain whose certificate ran out. Forgets what is older than `keepMs`.
 */
export async function watchDomainReports(
  store: DomainReportStore,
  alarms: Alarms,
  now: number,
  keepMs: number,
): Promise<void> {
  const found = await store.newFailures(now - dayMs, now - 60 * dayMs, leastFailures, mostTold)
  for (const [domain, failures] of Map.groupBy(found, (each) => each.domain))
    alarms.pulse('domain-report-failures', domain, textOf(domain, failures), lastsMs)
  await store.forgetBefore(now - keepMs, 500)
}

function textOf(domain: string, failures: readonly NewFailure[]): string {
  const told = failures
    .slice(0, 3)
    .map(({ kind, source, result, count }) =>
      kind === 'dmarc'
        ? `${count} messages from ${source || 'many addresses'} (${result})`
        : `${count} connections to ${source || 'its servers'} (${result})`,
    )
  const more = failures.length > 3 ? `, and ${failures.length - 3} more` : ''
  return `reports of others say for ${domain} what they did not say before: ${told.join('; ')}${more}`
}

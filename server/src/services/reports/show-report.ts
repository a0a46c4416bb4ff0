import { isWithin } from '#services/ledger/is-within.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Report, ReportLine, ReportStore } from './report-store.ts'

/** A report that somebody may see. @throws OrderError not-found */
export async function showReport(
  reports: Pick<ReportStore, 'read'>,
  id: string,
  within?: Reach,
): Promise<ReportLine> {
  const report = await reports.read(id)
  if (!report || !isWithin(within, report.tenant, report.rcptTo ?? report.reporter))
    throw new OrderError('not-found', `there is no report ${id}`)
  return report
}

/** Whether somebody waits for a message that was in quarantine. */
export function asksForRelease({ state, kind, foundState }: Report): boolean {
  return state === 'open' && kind === 'false-alarm' && foundState === 'quarantined'
}

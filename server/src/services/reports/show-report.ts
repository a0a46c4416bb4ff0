import { findPeople, isWithin } from '#services/ledger/is-within.ts'
import type { LedgerStore, Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Report, ReportLine, ReportStore } from './report-store.ts'

/** A report that somebody may see. @throws OrderError not-found */
export async function showReport(
  {
    reports,
    ledger,
  }: { readonly reports: Pick<ReportStore, 'read'>; readonly ledger: Pick<LedgerStore, 'addressesOf'> },
  id: string,
  within?: Reach,
): Promise<ReportLine> {
  const report = await reports.read(id)
  const address = report?.rcptTo ?? report?.reporter ?? ''
  const isOfPeople = await findPeople(ledger, within, report ? [address] : [])
  if (!report || !isWithin(within, report.tenant, address, isOfPeople))
    throw new OrderError('not-found', `there is no report ${id}`)
  return report
}

/** Whether somebody waits for a message that was in quarantine. */
export function asksForRelease({ state, kind, foundState }: Report): boolean {
  return state === 'open' && kind === 'false-alarm' && foundState === 'quarantined'
}

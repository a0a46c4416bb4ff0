import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import type { LedgerStore, Reach } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { releaseMessage } from '#services/quarantine/act-on-quarantine.ts'
import { inReports, type Report, type ReportStore } from './report-store.ts'
import { showReport } from './show-report.ts'

export interface ReportOrder {
  readonly reports: ReportStore
  readonly ledger: LedgerStore
  /** Where the audit row is written. */
  readonly directory: DirectoryStore
  readonly id: string
  /** Only reports in reach; undefined: all. */
  readonly within?: Reach
  /** What the reporter shall read; may be empty. */
  readonly note: string
  readonly at: number
  readonly who: string
  /** Address that the order came from; empty: from this machine. */
  readonly ip: string
}

/** How a release goes; see releaseMessage(). */
export interface ReleaseTerms {
  readonly lifeMs: number
}

/**
 * Says that a report is right. Mail that is still in quarantine for a false alarm is released to who reported it;
 * where it was set aside for a virus, releasing it has an order of its own. @throws OrderError
 */
export async function acceptReport(order: ReportOrder, terms: ReleaseTerms): Promise<'released' | 'noted'> {
  const report = await openReport(order)
  const outcome = (await release(order, report, terms)) > 0 ? 'released' : 'noted'
  await decide(order, report, 'accepted', outcome)
  return outcome
}

/** Says that a report is not right; the message stays where it is. @throws OrderError */
export async function refuseReport(order: ReportOrder): Promise<void> {
  await decide(order, await openReport(order), 'refused', 'refused')
}

async function openReport({ reports, ledger, id, within }: ReportOrder): Promise<Report> {
  const report = await showReport({ reports, ledger }, id, within)
  if (report.state !== 'open')
    throw new OrderError('conflict', `the report ${id} is decided: ${report.state} (${report.outcome})`)
  return report
}

async function release(
  { ledger, directory, at, who, ip }: ReportOrder,
  { kind, tenant, messageId, rcptTo, verdict }: Report,
  { lifeMs }: ReleaseTerms,
): Promise<number> {
  if (kind !== 'false-alarm' || messageId === null || rcptTo === null || verdict === 'virus') return 0
  const traced = await ledger.read(messageId)
  const isThere =
    traced?.kind === 'message' &&
    traced.deliveries.some((each) => each.state === 'quarantined' && each.rcptTo === rcptTo)
  if (!isThere) return 0
  return releaseMessage(
    {
      ledger,
      directory,
      messageId,
      recipients: [rcptTo],
      within: { tenants: [tenant], domains: null },
      mayVirus: false,
      at,
      who,
      ip,
    },
    lifeMs,
  )
}

async function decide(
  { directory, id, note, at, who, ip }: ReportOrder,
  { tenant, messageId }: Report,
  state: 'accepted' | 'refused',
  outcome: 'released' | 'noted' | 'refused',
): Promise<void> {
  const decision = inReports.decide(id, { state, outcome, note, at, who })
  const line = { what: `report-${state}`, tenant, detail: { report: id, messageId, outcome } }
  if (!(await changeRecorded({ directory, at, who, ip }, decision, line)))
    throw new OrderError('conflict', `somebody else has just decided the report ${id}`)
}

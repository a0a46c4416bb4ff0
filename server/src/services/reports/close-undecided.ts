import { type ReportOrder, refuseReport } from './decide-report.ts'
import { byClosing, type ReportStore } from './report-store.ts'

/** Closed in one round; the next one goes on. */
const atOnce = 100

export interface ClosingParts extends Pick<ReportOrder, 'reports' | 'ledger' | 'directory'> {
  readonly readReports: Pick<ReportStore, 'undecidable'>
}

/**
 * Closes reports that nobody has decided for so long, and at once those whose tenant or domain is gone: they would only
 * become more. The mail stays where it is. Who reported hears that nobody decided, unless he may be somebody else by now.
 */
export async function closeUndecided(parts: ClosingParts, now: number, closeAfterMs: number): Promise<void> {
  const failures: unknown[] = []
  for (const { id, isGone } of await parts.readReports.undecidable(now - closeAfterMs, atOnce)) {
    const note = isGone ? 'Nobody decided: its tenant or its domain is gone.' : 'Nobody decided in time.'
    try {
      await refuseReport({ ...parts, id, note, at: now, who: byClosing, ip: '' })
      if (isGone) await parts.reports.skipAnswer(id, 'decided')
    } catch (cause) {
      failures.push(cause)
    }
  }
  // One that cannot be closed holds up none behind it, and is told of.
  if (failures.length > 0) throw failures[0]
}

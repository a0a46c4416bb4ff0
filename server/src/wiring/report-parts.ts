import type { ReportParts } from '#services/reports/attend-to-reports.ts'
import type { Base } from './base.ts'
import { fromNameOf } from './brand-look.ts'
import { composeReportAnswer } from './report-answer.ts'

/** Joins services/reports to the spool, which its answers go through, and to settings as they are now. */
export function createReportParts({ stores, spool, config, brands }: Base): ReportParts {
  return {
    reports: stores.reports,
    readReports: stores.readReports,
    ledger: stores.ledger,
    directory: stores.directory,
    now: () => Date.now(),
    async tell(answer) {
      const fromName = await fromNameOf(brands, answer.report.tenant)
      await spool.accept(composeReportAnswer(answer, { config, fromName }, Date.now()))
    },
    settings: () => ({
      answersPerHour: config['reports.answersPerHour'],
      releasesItself: config['reports.release'] === 'self',
      keepMs: config['reports.keep'],
      lifeMs: config['delivery.expiryInbound'],
    }),
  }
}

import type { RunParseReport } from '#doors/cli/parse-report.ts'
import { readReport } from '#ground/mail-reports/read-report.ts'
import { ReportError } from '#ground/mail-reports/report-error.ts'

/** Reads a report for the command; what is none is an answer too. */
export const parseReport: RunParseReport = async ({ bytes, type }) => {
  try {
    return { answer: await readReport(bytes, type), found: false }
  } catch (cause) {
    if (!(cause instanceof ReportError)) throw cause
    return { answer: { type, report: null, error: { code: cause.code, text: cause.message } }, found: true }
  }
}

import { acceptReport, type ReleaseTerms, type ReportOrder } from './decide-report.ts'
import type { DueAnswer, ReportStore } from './report-store.ts'

export interface ReportParts extends Pick<ReportOrder, 'reports' | 'ledger' | 'directory'> {
  /** The same, for what only reads. */
  readonly readReports: ReportStore
  /** Sends an answer, and notes in the same transaction that it is sent. */
  readonly tell: (answer: DueAnswer) => Promise<void>
  readonly now: () => number
  readonly settings: () => ReportSettings
}

export interface ReportSettings extends ReleaseTerms {
  readonly answersPerHour: number
  /** False alarms are released to who reports them, without a person. */
  readonly releasesItself: boolean
  readonly keepMs: number
}

const hourMs = 3_600_000
const batch = 100
const mostRounds = 20

/** What has to be done about reports again and again: releases that policy lets go, answers, and forgetting. */
export async function attendToReports(parts: ReportParts): Promise<void> {
  const settings = parts.settings()
  const failures: unknown[] = []
  if (settings.releasesItself) await releaseThem(parts, settings, failures)
  await answerThem(parts, settings, failures)
  await parts.reports.forgetBefore(parts.now() - settings.keepMs, batch)
  // One that cannot be attended to holds up nobody else's, and is told of.
  if (failures.length > 0) throw failures[0]
}

async function releaseThem(parts: ReportParts, terms: ReleaseTerms, failures: unknown[]): Promise<void> {
  for (const { id } of await parts.readReports.releasable(batch)) {
    try {
      await acceptReport(
        { ...parts, id, note: '', at: parts.now(), who: 'policy:reports.release', ip: '' },
        terms,
      )
    } catch (cause) {
      failures.push(cause)
    }
  }
}

async function answerThem(
  parts: ReportParts,
  { answersPerHour }: ReportSettings,
  failures: unknown[],
): Promise<void> {
  for (let round = 0; round < mostRounds && failures.length === 0; round++) {
    const due = await parts.readReports.dueAnswers(parts.now() - hourMs, answersPerHour, batch)
    if (due.length === 0) return
    for (const answer of due) {
      try {
        if (answer.lately < answersPerHour) await parts.tell(answer)
        else await parts.reports.skipAnswer(answer.report.id, answer.about)
      } catch (cause) {
        failures.push(cause)
      }
    }
  }
}

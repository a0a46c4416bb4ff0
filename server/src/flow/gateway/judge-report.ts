import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import type { LateVerdict, UninspectedMessage } from '#flow/spool/message-store.ts'
import { reportKindOf } from '#ground/mail/report-address.ts'
import type { RecipientSource } from './recipient-source.ts'
import { takeReport } from './take-report.ts'

/** Its reporter has the answer that it is kept; how many are taken in a day the store bounds. */
const noRates = { takeReport: () => true }

/**
 * Takes a report whose checks were finished after its answer. Who may not report hears nothing any more: the answer
 * would go to whoever the sender was forged to be. `none`: the mail is no report; null: it cannot be read yet.
 */
export function judgeReport(
  { id, mailFrom, ip, recipients }: UninspectedMessage,
  outcome: InspectionOutcome,
  context: { readonly recipients: RecipientSource; readonly host: string },
): LateVerdict | null | 'none' {
  const [recipient] = recipients
  const kind = recipient ? reportKindOf(recipient.rcptTo, context.host) : null
  if (!recipient || !kind) return 'none'
  const { tenant, n } = recipient
  const reported = takeReport(
    { recipients: context.recipients, rates: noRates },
    { id, mailFrom, ip, tenant, kind },
    { kind: 'complete', outcome },
  )
  if (reported.kind === 'refused' && reported.reply.code < 500) return null
  const isTaken = reported.kind === 'taken'
  const { findings, facts, timings, subject, headerFrom, headerMessageId } = outcome
  return {
    explanation: { verdict: 'clean', score: 0, findings, facts, timings },
    subject,
    headerFrom,
    headerMessageId,
    edits: [],
    decisions: [
      {
        messageId: id,
        n,
        state: 'discarded',
        reason: isTaken ? 'report-taken' : 'report-stranger',
        dueAt: null,
      },
    ],
    ...(isTaken && { report: reported.report }),
  }
}

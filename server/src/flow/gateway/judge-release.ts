import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import type { LateDecision, LateVerdict, UninspectedRecipient } from '#flow/spool/message-store.ts'

/**
 * Decides about mail that a person has let go from quarantine, and that was scanned once more (GW-39). A virus stops it,
 * under that name. `others` are recipients that had no verdict yet. Null: a scanner could not be asked, so it waits on. Whatever else is found, the person has seen.
 */
export function judgeRelease(
  messageId: string,
  released: readonly UninspectedRecipient[],
  outcome: InspectionOutcome,
  { now, others }: { readonly now: number; readonly others: readonly LateDecision[] },
): LateVerdict | null {
  const virus = outcome.findings.find((each) => each.kind === 'virus')
  if (!virus && outcome.findings.some((each) => each.incomplete === 'later')) return null
  return {
    explanation: {
      verdict: virus ? 'virus' : 'clean',
      score: outcome.findings.reduce((sum, each) => sum + each.weight, 0),
      findings: outcome.findings,
      facts: outcome.facts,
      timings: outcome.timings,
    },
    subject: outcome.subject,
    headerFrom: outcome.headerFrom,
    headerMessageId: outcome.headerMessageId,
    edits: outcome.edits,
    decisions: [
      ...others,
      ...released.map(
        ({ n }): LateDecision =>
          virus
            ? { messageId, n, state: 'quarantined', reason: 'virus', verdict: 'virus', dueAt: null }
            : { messageId, n, state: 'waiting', reason: 'released-from-quarantine', dueAt: now },
      ),
    ],
  }
}

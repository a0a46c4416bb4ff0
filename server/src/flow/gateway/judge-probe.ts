import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { type Decision, decide, defaultPolicy } from '#flow/inspection/verdict.ts'
import type { LateVerdict, UninspectedMessage } from '#flow/spool/message-store.ts'
import type { ProbeKind } from '#ground/mail/probe-address.ts'
import { stateFor } from './disposition-state.ts'

/**
 * What is done with a message of our own: what it was made for, whatever its content looks like. Where the checks could
 * not look, it waits as everybody's mail does.
 */
export function decideProbe(kind: ProbeKind, findings: InspectionOutcome['findings']): Decision {
  const judged = decide(findings, defaultPolicy)
  if (judged.disposition === 'wait' || judged.disposition === 'defer')
    return { ...judged, disposition: 'wait' }
  return {
    ...{
      verdict: kind === 'aside' ? 'policy' : 'clean',
      disposition: kind === 'aside' ? 'quarantine' : 'deliver',
    },
    ...{ score: 0, because: null, findings: [] },
  }
}

/** The same for one whose checks ended after its answer. Null: it waits on. */
export function judgeLateProbe(
  { id, recipients }: UninspectedMessage,
  outcome: InspectionOutcome,
  kind: ProbeKind,
  now: number,
): LateVerdict | null {
  const decision = decideProbe(kind, outcome.findings)
  if (decision.disposition === 'wait') return null
  const [state, reason] = stateFor(decision)
  const { facts, timings, subject, headerFrom, headerMessageId, edits } = outcome
  return {
    explanation: { verdict: decision.verdict, score: 0, findings: [], facts, timings },
    ...{ subject, headerFrom, headerMessageId, edits },
    decisions: recipients.map(({ n }) => ({
      ...{ messageId: id, n, state, reason, dueAt: state === 'waiting' ? now : null },
    })),
  }
}

import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import { type Decision, decide } from '#flow/inspection/verdict.ts'
import { decideProbe } from './judge-probe.ts'
import { asOutbound } from './outbound-policy.ts'
import type { SessionRecipient, Transaction } from './session-state.ts'

export interface RecipientDecision {
  readonly recipient: SessionRecipient
  readonly decision: Decision
}

const undecided: Decision = {
  verdict: 'unscanned',
  disposition: 'wait',
  score: 0,
  because: null,
  findings: [],
}

/** One decision for each recipient, from what the checks found and policy alone. */
export function decideAll(
  options: {
    /** Whether a DMARC result that DNS leaves open is answered with 451; see inspection.temperror. */
    readonly defersTemperror: () => boolean
  },
  transaction: Transaction,
  end: InspectionEnd,
): RecipientDecision[] {
  return transaction.recipients.map((recipient) => {
    if (end.kind !== 'complete') return { recipient, decision: undecided }
    if (recipient.probe)
      return { recipient, decision: decideProbe(recipient.probe.kind, end.outcome.findings) }
    const findings = options.defersTemperror()
      ? end.outcome.findings
      : end.outcome.findings.filter((each) => each.proposal !== 'defer')
    const decision = decide(findings, recipient.policy, recipient.rcptTo)
    return { recipient, decision: recipient.outbound ? asOutbound(decision, recipient.outbound) : decision }
  })
}

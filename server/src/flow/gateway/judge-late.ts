import { rulesBeside, whereTheyDiffer } from '#flow/inspection/explain-decisions.ts'
import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { findOutcomeChanges } from '#flow/inspection/outcome-change.ts'
import { type Disposition, decide, defaultPolicy, type VerdictPolicy } from '#flow/inspection/verdict.ts'
import type { LateDecision, LateVerdict, UninspectedMessage } from '#flow/spool/message-store.ts'
import { probeKindOf } from '#ground/mail/probe-address.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import { stateFor } from './disposition-state.ts'
import { judgeLateProbe } from './judge-probe.ts'
import { judgeRelease } from './judge-release.ts'
import { judgeReport } from './judge-report.ts'
import { asOutbound, type OutboundPolicy } from './outbound-policy.ts'
import { type DecidedDelivery, planRoutings } from './plan-routings.ts'
import type { RecipientSource } from './recipient-source.ts'

export interface LateContext {
  /** What is thought of mail that an address sends. */
  readonly outboundPolicyOf: (address: string) => OutboundPolicy
  readonly recipients: RecipientSource
  readonly now: number
  /** Name of this site, whose report addresses are read by nobody but us. */
  readonly host: string
  /** Whether an open DMARC result keeps mail waiting; see inspection.temperror. */
  readonly defers: boolean
  /** How long what rules add may wait for its delivery. */
  readonly lifeMs: number
}

/**
 * Decides about a message whose checks were finished after its answer: by the same rules as in the dialogue, with
 * the policy that holds now. Null: the result is open because DNS or a scanner could not be asked, so the message
 * waits on. Where a person has let the message go from quarantine, that stands unless something worse is found.
 */
export function judgeLate(
  whole: UninspectedMessage,
  outcome: InspectionOutcome,
  context: LateContext,
): LateVerdict | null {
  const [first] = whole.recipients
  if (first?.tenant === probeTenant)
    return judgeLateProbe(whole, outcome, probeKindOf(first.rcptTo), context.now)
  // What a rule has added goes as that says, or is a person's to let go.
  const recipients = whole.recipients.filter((each) => !each.isAdded || each.isReleased)
  const message = { ...whole, recipients }
  const report = judgeReport(message, outcome, context)
  if (report !== 'none') return report
  const { known } = message
  if (known !== null) {
    const released = message.recipients.filter((each) => each.isReleased)
    const undecided = message.recipients.filter((each) => each.isUndecided)
    const others =
      undecided.length === 0 ? null : judgeAll({ ...message, recipients: undecided }, outcome, context)
    if (undecided.length > 0 && others === null) return null
    const verdict = judgeRelease(message.id, released, outcome, {
      now: context.now,
      known,
      policyOf: (rcptTo) => policyOf(rcptTo, context.recipients),
      others,
    })
    return verdict && others?.added ? { ...verdict, added: others.added } : verdict
  }
  return judgeAll(message, outcome, context)
}

function judgeAll(
  message: UninspectedMessage,
  outcome: InspectionOutcome,
  { recipients, now, defers, lifeMs, outboundPolicyOf }: LateContext,
): LateVerdict | null {
  const findings = defers ? outcome.findings : outcome.findings.filter((each) => each.proposal !== 'defer')
  const decided = message.recipients.map(({ n, rcptTo, direction }) => {
    const outbound = direction === 'outbound' ? outboundPolicyOf(message.mailFrom) : null
    const policy = outbound?.policy ?? policyOf(rcptTo, recipients)
    const judged = decide(findings, policy, rcptTo)
    const decision = outbound ? asOutbound(judged, outbound) : judged
    const [state, reason] = stateFor(decision, outbound !== null)
    return {
      decision,
      policy,
      rcptTo,
      late: {
        ...{ messageId: message.id, n, state, reason, verdict: decision.verdict },
        dueAt: state === 'waiting' ? now : null,
      },
    }
  })
  if (decided.some(({ decision }) => isOpen(decision.disposition))) return null
  const plan = planRoutings(
    decided.map(({ late, rcptTo }): Planned => ({ ...late, rcptTo, dsn: nothingAsked })),
    outcome.routings ?? [],
    recipients,
    { now, expiresAt: now + lifeMs },
  )
  const worst = decided.find(({ decision }) => decision.because !== null) ?? decided[0]
  return {
    explanation: {
      verdict: worst?.decision.verdict ?? 'clean',
      score: worst?.decision.score ?? 0,
      findings: worst?.decision.findings ?? outcome.findings,
      facts: outcome.facts,
      timings: outcome.timings,
      ...(worst && {
        tolerance: worst.policy.tolerance,
        changes: findOutcomeChanges(worst.decision, worst.policy, worst.rcptTo),
      }),
      ...(worst && rulesBeside(findings, worst.decision.findings)),
      ...whereTheyDiffer(
        findings,
        decided.map(({ rcptTo, policy, decision }) => ({ recipient: rcptTo, policy, decision })),
      ),
    },
    subject: outcome.subject,
    headerFrom: outcome.headerFrom,
    headerMessageId: outcome.headerMessageId,
    edits: outcome.edits,
    decisions: plan.decided.map(({ messageId, n, state, reason, verdict, dueAt, terms }) => ({
      messageId,
      n,
      state,
      reason,
      ...(verdict !== undefined && { verdict }),
      dueAt,
      ...(terms && { terms }),
    })),
    ...(plan.added.length > 0 && { added: plan.added }),
  }
}

function policyOf(rcptTo: string, recipients: RecipientSource): VerdictPolicy {
  const at = rcptTo.lastIndexOf('@')
  const known = recipients.lookup(rcptTo.slice(0, at), rcptTo.slice(at + 1))
  return known.kind === 'known' ? known.policy : defaultPolicy
}

type Planned = LateDecision & DecidedDelivery

/** What its sender asked of delivery reports is not read again; failures are told as they are by default. */
const nothingAsked = { notify: null, orcpt: null }

function isOpen(disposition: Disposition): boolean {
  return disposition === 'defer' || disposition === 'wait'
}

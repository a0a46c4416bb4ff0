import type { Finding } from '#flow/inspection/check.ts'
import { rulesBeside } from '#flow/inspection/explain-decisions.ts'
import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { findOutcomeChanges } from '#flow/inspection/outcome-change.ts'
import { decide, type VerdictPolicy } from '#flow/inspection/verdict.ts'
import type { Explanation } from '#flow/spool/message.ts'
import type { LateDecision, LateVerdict, UninspectedRecipient } from '#flow/spool/message-store.ts'

/** What a release was decided on, and by whose policy. */
export interface ReleaseContext {
  readonly now: number
  /** What was said of the message when it was let go. */
  readonly known: Explanation
  readonly policyOf: (rcptTo: string) => VerdictPolicy
  /** What is decided for recipients that had no verdict yet, and why; null: there are none. */
  readonly others: Pick<LateVerdict, 'decisions' | 'explanation'> | null
}

/**
 * Decides about mail that a person has let go from quarantine, and that was inspected once more (GW-39). What is worse
 * than he could know stops it: a virus, or a sign of phishing that was not there. What he knew he has decided about,
 * so the message keeps its explanation unless something stops it: for others it lies in quarantine still, and why must
 * not change by a release that is none of theirs. Null: a scanner could not be asked, so it waits on.
 */
export function judgeRelease(
  messageId: string,
  released: readonly UninspectedRecipient[],
  outcome: InspectionOutcome,
  { now, known, policyOf, others }: ReleaseContext,
): LateVerdict | null {
  const stops = released.map(({ rcptTo }) => findStop(outcome.findings, known, policyOf(rcptTo), rcptTo))
  const isStopped = stops.some((each) => each !== null)
  if (!isStopped && outcome.findings.some((each) => each.incomplete === 'later')) return null
  const first = stops.find((each) => each !== null)
  return {
    explanation: first ? explain(first, outcome) : (others?.explanation ?? null),
    subject: outcome.subject,
    headerFrom: outcome.headerFrom,
    headerMessageId: outcome.headerMessageId,
    edits: outcome.edits,
    decisions: [
      ...(others?.decisions ?? []),
      ...released.map(({ n }, at) => decisionFor({ messageId, n }, stops[at] ?? null, now)),
    ],
  }
}

/** What stops a release for a recipient. */
interface Stop {
  readonly kind: 'virus' | 'phishing'
  readonly because: Finding
  readonly decision: ReturnType<typeof decide>
  readonly policy: VerdictPolicy
  readonly rcptTo: string
}

function findStop(
  findings: readonly Finding[],
  known: Explanation,
  policy: VerdictPolicy,
  rcptTo: string,
): Stop | null {
  const decision = decide(findings, policy, rcptTo)
  const stop = (kind: Stop['kind'], because: Finding) => ({ kind, because, decision, policy, rcptTo })
  const virus = findings.find((each) => each.kind === 'virus')
  if (virus) return stop('virus', virus)
  // What his lists and rules let through now, such as a sender that was allowed with the release, nothing stops.
  if (decision.disposition === 'deliver') return null
  const codes = new Set([...known.findings, ...(known.late ?? [])].map(codeOf))
  const isNews = (each: Finding) =>
    (each.weight > 0 || each.proposal !== undefined) && !codes.has(codeOf(each))
  const phishing = decision.findings.find((each) => each.kind === 'phishing' && isNews(each))
  return phishing ? stop('phishing', phishing) : null
}

function codeOf(finding: object): string {
  const { check = '', code = '' } = finding as Partial<Finding>
  return `${check} ${code}`
}

function explain({ kind, decision, policy, rcptTo }: Stop, outcome: InspectionOutcome): Explanation {
  const { score, findings } = decision
  return {
    verdict: kind,
    score,
    findings,
    facts: outcome.facts,
    timings: outcome.timings,
    tolerance: policy.tolerance,
    changes: findOutcomeChanges(decision, policy, rcptTo),
    ...rulesBeside(outcome.findings, findings),
  }
}

function decisionFor(key: { messageId: string; n: number }, stop: Stop | null, now: number): LateDecision {
  if (!stop)
    return {
      ...{ ...key, state: 'waiting', reason: 'released-from-quarantine', dueAt: now },
      why: 'scanned once more, and nothing worse was found',
    }
  const { kind, because } = stop
  const reason = kind === 'virus' ? 'virus' : 'release-stopped'
  return {
    ...{ ...key, state: 'quarantined', reason, verdict: kind, dueAt: null },
    why: `its release was stopped, since it was scanned once more: ${because.text}`,
  }
}

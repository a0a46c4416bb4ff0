import { rulesBeside, whereTheyDiffer } from '#flow/inspection/explain-decisions.ts'
import type { InspectionEnd, InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { findOutcomeChanges } from '#flow/inspection/outcome-change.ts'
import type { Body, Direction, Explanation, NewMessage } from '#flow/spool/message.ts'
import type { RecipientDecision } from './decide-recipients.ts'
import { composeReceived } from './received-field.ts'
import type { Session } from './session.ts'
import { describeSender, senderOf, type Transaction } from './session-state.ts'

/** A message whose checks have spoken, or have not, and what was decided about it. */
interface Judged {
  readonly session: Session
  readonly transaction: Transaction
  readonly body: Body
  readonly end: InspectionEnd
  readonly decisions: readonly RecipientDecision[]
  readonly receivedAt: number
  /** The checks go on behind the answer. */
  readonly open: boolean
}

const nothingKnown: InspectionOutcome = {
  findings: [],
  edits: [],
  facts: {},
  timings: {},
  subject: '',
  headerFrom: '',
  headerMessageId: '',
}

/** The message as it is written down, with the explanation that its trace shows. */
export function describeMessage(
  { session, transaction, body, end, decisions, receivedAt, open }: Judged,
  { node, host }: { readonly node: string; readonly host: string },
): NewMessage {
  const outcome = end.kind === 'complete' ? end.outcome : nothingKnown
  const client = describeSender(session.client, senderOf(transaction))
  const worst = decisions.find(({ decision }) => decision.because !== null) ?? decisions[0]
  const explanation: Explanation = {
    verdict: worst?.decision.verdict ?? 'unscanned',
    score: worst?.decision.score ?? 0,
    findings:
      end.kind === 'complete'
        ? (worst?.decision.findings ?? outcome.findings)
        : [{ check: 'inspection', code: 'inspection-unfinished', weight: 0, text: end.why }],
    facts: outcome.facts,
    timings: outcome.timings,
    ...(worst && end.kind === 'complete' && whatWouldChange(worst)),
    ...(worst && rulesBeside(outcome.findings, worst.decision.findings)),
    ...whereTheyDiffer(
      outcome.findings,
      decisions.map(({ recipient: { rcptTo, policy }, decision }) => ({
        recipient: rcptTo,
        policy,
        decision,
      })),
    ),
  }
  const received = composeReceived({
    client,
    host,
    id: transaction.id,
    recipients: transaction.recipients.map((each) => each.rcptTo),
    at: receivedAt,
    smtputf8: transaction.parameters.smtputf8,
  })
  return {
    id: transaction.id,
    node,
    direction: directionOf(transaction),
    mailFrom: transaction.mailFrom,
    client,
    parameters: transaction.parameters,
    size: body.kind === 'inline' ? body.bytes.length : body.size,
    receivedAt,
    subject: outcome.subject,
    headerFrom: outcome.headerFrom,
    headerMessageId: outcome.headerMessageId,
    state: open ? 'inspecting' : 'decided',
    explanation,
    // Those of an inspection that goes on come with its end.
    edits: [...(open ? [] : outcome.edits), { kind: 'prepend', line: received }],
  }
}

/** N-19: what would have changed the outcome for a recipient. */
export function whatWouldChange({
  recipient,
  decision,
}: RecipientDecision): Pick<Explanation, 'tolerance' | 'changes'> {
  const { policy, rcptTo } = recipient
  return { tolerance: policy.tolerance, changes: findOutcomeChanges(decision, policy, rcptTo) }
}

/** Mail that leaves is outbound, also where some of its recipients are ours. */
export function directionOf({ recipients }: Transaction): Direction {
  return recipients.some((each) => each.outbound) ? 'outbound' : 'inbound'
}

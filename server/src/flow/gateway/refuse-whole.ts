import type { RecipientDecision } from './decide-recipients.ts'
import type { Reply } from './replies.ts'

/** Why a message is not taken, for its trace, and what its client hears. */
export interface Refused {
  readonly reason: string
  readonly reply: Reply
  /** One of those that led to it; null: it is not for what the message is. */
  readonly decided: RecipientDecision | null
}

/**
 * A message can be answered in the dialogue only for all its recipients at once. Where some must wait for DNS, all
 * wait: quarantine would call the mail of those bad for what could not be checked (N-21). Where some refuse it, they
 * get it quarantined: a bounce made by us would go to whoever the sender was forged to be. Null: it is not refused.
 */
export function refuseWhole(decisions: readonly RecipientDecision[], id: string): Refused | null {
  const waiting = decisions.find(({ decision }) => decision.disposition === 'defer')
  const refuses = decisions.every(({ decision }) => decision.disposition === 'reject')
  const decided = waiting ?? (refuses ? decisions[0] : undefined)
  const finding = decided?.decision.because
  if (!decided || !finding?.reply) return null
  // With the id of the trace, so that the sender's postmaster can ask about it (GW-41).
  return { reason: finding.code, reply: { ...finding.reply, text: `${finding.reply.text} [${id}]` }, decided }
}

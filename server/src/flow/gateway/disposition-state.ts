import type { Decision, Verdict } from '#flow/inspection/verdict.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { Reason } from '#flow/spool/reasons.ts'

/**
 * The state in which a decision puts a delivery of an accepted message. What would have been refused in the dialogue
 * is quarantined: a bounce made by us would go to whoever the sender was forged to be.
 */
export function stateFor(decision: Decision, isOutbound = false): readonly [DeliveryState, Reason] {
  const [state, reason] = stateOf(decision)
  // Nobody of ours would look for it in a quarantine: what may not leave waits for a person.
  return isOutbound && state === 'quarantined' ? ['held', reason] : [state, reason]
}

function stateOf(decision: Decision): readonly [DeliveryState, Reason] {
  switch (decision.disposition) {
    case 'deliver':
      return ['waiting', 'just-accepted']
    case 'wait':
      return ['waiting', 'inspecting']
    case 'hold':
      return [
        'held',
        isLoop(decision) ? 'mail-loop' : (quarantineReasons[decision.verdict] ?? heldReason(decision)),
      ]
    default:
      if (decision.because?.wish === 'block') return ['quarantined', 'blocked']
      return ['quarantined', quarantineReasons[decision.verdict] ?? 'score']
  }
}

const quarantineReasons: Partial<Record<Verdict, Reason>> = {
  spoof: 'dmarc-quarantine',
  virus: 'virus',
  unscanned: 'unscanned',
  policy: 'policy',
}

/** A score alone holds no inbound mail; where something of a rule or check holds, that is the reason. */
function heldReason({ because, verdict }: Decision): Reason {
  if (because?.wish === 'block') return 'blocked'
  return because?.proposal === 'hold' || verdict === 'clean' ? 'policy' : 'score'
}

function isLoop({ because }: Decision): boolean {
  return because?.code === 'own-loop' || because?.code === 'received-loop'
}

import type { Decision, Verdict } from '#flow/inspection/verdict.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { Reason } from '#flow/spool/reasons.ts'

/**
 * The state in which a decision puts a delivery of an accepted message. What would have been refused in the dialogue
 * is quarantined: a bounce made by us would go to whoever the sender was forged to be.
 */
export function stateFor(decision: Decision): readonly [DeliveryState, Reason] {
  switch (decision.disposition) {
    case 'deliver':
      return ['waiting', 'just-accepted']
    case 'wait':
      return ['waiting', 'inspecting']
    case 'hold':
      return ['held', isLoop(decision) ? 'mail-loop' : 'policy']
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

function isLoop({ because }: Decision): boolean {
  return because?.code === 'own-loop' || because?.code === 'received-loop'
}

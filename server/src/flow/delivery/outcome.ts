import type { Reason } from '#flow/spool/reasons.ts'
import { DeliveryFault, type Phase } from './fault.ts'

/** A peer's reply to one of our commands. */
export interface PeerReply {
  readonly code: number
  readonly enhanced: string
  readonly text: string
}

/**
 * What a try means for one recipient.
 * `hop: true` says that it was about the next hop and not about this mail: others in its lane fare the same.
 */
export interface Outcome {
  readonly kind: 'delivered' | 'retry' | 'failed'
  readonly reason: Reason
  readonly hop: boolean
  readonly code: number
  readonly enhanced: string
  readonly text: string
}

/**
 * The one module that judges replies and errors; no other file of this folder looks at a reply code.
 * What is unknown is temporary: a wrong retry costs a little time, a wrong return costs the mail.
 */
export function outcomeOf(result: PeerReply | DeliveryFault, phase: Phase): Outcome {
  if (result instanceof DeliveryFault) return outcomeOfFault(result)
  const { code, enhanced, text } = result
  if (code >= 200 && code < 300)
    return { kind: 'delivered', reason: 'delivered', hop: false, code, enhanced, text }
  if (code === 421)
    return { kind: 'retry', reason: 'deferred', hop: true, code, enhanced: enhanced || '4.3.2', text }
  if (code >= 500 && code < 600 && isAboutMail(phase, code)) {
    return {
      kind: 'failed',
      reason: 'refused-by-receiver',
      hop: false,
      code,
      enhanced: enhanced || '5.0.0',
      text,
    }
  }
  return {
    kind: 'retry',
    reason: 'deferred',
    hop: isAboutHop(phase),
    code,
    enhanced: enhanced.startsWith('4') ? enhanced : '4.0.0',
    text,
  }
}

/**
 * A 5xx to MAIL, RCPT, DATA or the message is the receiver's last word on this mail. One to the greeting, EHLO or
 * STARTTLS is about us or the server, and 503 says that the conversation went wrong: none of them makes a bounce.
 */
function isAboutMail(phase: Phase, code: number): boolean {
  return (
    (phase === 'mail' || phase === 'rcpt' || phase === 'data' || phase === 'final') &&
    ![500, 502, 503].includes(code)
  )
}

function isAboutHop(phase: Phase): boolean {
  return !['mail', 'rcpt', 'data', 'final'].includes(phase)
}

function outcomeOfFault(fault: DeliveryFault): Outcome {
  const base = { code: fault.reply?.code ?? 0, text: fault.reply?.text ?? fault.message }
  switch (fault.kind) {
    case 'no-such-domain':
      return { ...base, kind: 'failed', reason: 'refused-by-receiver', hop: true, enhanced: '5.1.2' }
    case 'no-mail-here':
      return { ...base, kind: 'failed', reason: 'refused-by-receiver', hop: true, enhanced: '5.1.10' }
    case 'loop':
      return { ...base, kind: 'retry', reason: 'next-hop-is-ourselves', hop: true, enhanced: '4.4.6' }
    case 'dns':
      return { ...base, kind: 'retry', reason: 'no-route', hop: true, enhanced: '4.4.3' }
    case 'tls':
      return { ...base, kind: 'retry', reason: 'deferred', hop: true, enhanced: '4.7.5' }
    case 'tls-needed':
      return { ...base, kind: 'retry', reason: 'tls-needed', hop: false, enhanced: '4.7.10' }
    case 'identity':
      return { ...base, kind: 'retry', reason: 'deferred', hop: true, enhanced: '4.7.1' }
    default:
      return {
        ...base,
        kind: 'retry',
        reason: 'deferred',
        hop: isAboutHop(fault.phase),
        enhanced: fault.reply?.enhanced.startsWith('4') ? fault.reply.enhanced : '4.4.2',
      }
  }
}

import type { Reason } from '#flow/spool/reasons.ts'
import { askedWaitMs } from '#ground/bounces/asked-wait.ts'
import { type BounceClass, bounceClasses } from '#ground/bounces/bounce-classes.ts'
import { classifyReply } from '#ground/bounces/classify-reply.ts'
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
  /** What it means, by the list of classes; null: it went through. */
  readonly class: BounceClass | null
  /** How long the receiver, or the class, wants us to wait, in milliseconds; 0: by the schedule. */
  readonly waitMs: number
}

/**
 * The one module that judges replies and errors; no other file of this folder looks at a reply code.
 * What is unknown is temporary: a wrong retry costs a little time, a wrong return costs the mail.
 */
export function outcomeOf(result: PeerReply | DeliveryFault, phase: Phase, host = ''): Outcome {
  if (result instanceof DeliveryFault) return outcomeOfFault(result, host)
  const { code, enhanced, text } = result
  if (code >= 200 && code < 300)
    return {
      kind: 'delivered',
      reason: 'delivered',
      hop: false,
      code,
      enhanced,
      text,
      class: null,
      waitMs: 0,
    }
  const found = classifyReply({ code, enhanced, text, phase, host }).class
  const base = { code, text, class: found, waitMs: askedWaitMs(text) ?? bounceClasses[found].waitMs }
  if (code === 421)
    return { ...base, kind: 'retry', reason: reasonOf(found), hop: true, enhanced: enhanced || '4.3.2' }
  if (code >= 500 && code < 600 && isAboutMail(phase, code)) {
    const refusal = { ...base, hop: false, enhanced: enhanced || '5.0.0' }
    // Aimed at our address, our pace or our encryption: a judgement of us, which must not become the sender's bounce.
    if (isAboutUs(found)) return { ...refusal, kind: 'retry', reason: reasonOf(found) }
    return { ...refusal, kind: 'failed', reason: 'refused-by-receiver' }
  }
  return {
    ...base,
    kind: 'retry',
    reason: reasonOf(found),
    hop: isAboutHop(phase),
    enhanced: enhanced.startsWith('4') ? enhanced : '4.0.0',
  }
}

function isAboutUs(found: BounceClass): boolean {
  return (
    ['other-address', 'slow', 'same-address'].includes(bounceClasses[found].action) || found === 'tls-needed'
  )
}

function reasonOf(found: BounceClass): Reason {
  return bounceClasses[found].action === 'other-address' ? 'address-refused' : 'deferred'
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

function outcomeOfFault(fault: DeliveryFault, host: string): Outcome {
  const { reply } = fault
  const found = reply ? classifyReply({ ...reply, phase: fault.phase, host }).class : classOfFault(fault.kind)
  const waitMs = reply ? (askedWaitMs(reply.text) ?? 0) : 0
  const base = { code: reply?.code ?? 0, text: reply?.text ?? fault.message, class: found, waitMs }
  switch (fault.kind) {
    case 'no-such-domain':
      return { ...base, kind: 'failed', reason: 'refused-by-receiver', hop: true, enhanced: '5.1.2' }
    case 'no-mail-here':
      return { ...base, kind: 'failed', reason: 'refused-by-receiver', hop: true, enhanced: '5.1.10' }
    case 'loop':
      return { ...base, kind: 'retry', reason: 'next-hop-is-ourselves', hop: true, enhanced: '4.4.6' }
    case 'dns':
      return { ...base, kind: 'retry', reason: 'no-route', hop: true, enhanced: '4.4.3' }
    case 'route-to-come':
      return { ...base, kind: 'retry', reason: 'route-to-come', hop: true, enhanced: '4.4.3' }
    case 'tls':
      return { ...base, kind: 'retry', reason: 'tls-fails', hop: true, enhanced: '4.7.5' }
    case 'tls-needed':
      return { ...base, kind: 'retry', reason: 'tls-needed', hop: false, enhanced: '4.7.10' }
    case 'no-address':
      return { ...base, kind: 'retry', reason: 'deferred', hop: false, enhanced: '4.3.2' }
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

function classOfFault(kind: DeliveryFault['kind']): BounceClass {
  if (kind === 'no-such-domain') return 'domain-unknown'
  if (kind === 'no-mail-here') return 'domain-takes-no-mail'
  if (kind === 'loop') return 'loop'
  if (kind === 'no-address') return 'rate-limited'
  if (kind === 'protocol') return 'protocol'
  return kind === 'tls' || kind === 'tls-needed' ? 'tls-needed' : 'network'
}

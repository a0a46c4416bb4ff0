import { type Decision, defaultPolicy, type VerdictPolicy } from '#flow/inspection/verdict.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'

/** What is thought of mail that somebody sends, and what is done with it. */
export interface OutboundPolicy {
  readonly policy: VerdictPolicy
  /** hold: it waits for a person; refuse: its client hears so at once. */
  readonly action: 'hold' | 'refuse'
  /** Recipients that the address may write to within an hour; 0: no limit. */
  readonly perHour: number
  /** Recipients in an hour that no mailbox is taken for stolen below; 0: volume says nothing. */
  readonly sudden: number
  /** Their envelope senders are signed, and this becomes of bounces to the plain address; absent: they are not. */
  readonly signed?: 'mark' | 'quarantine' | 'refuse'
  /** Sending is not switched on for them. */
  readonly isOff?: true
}

export const defaultOutbound: OutboundPolicy = {
  policy: { ...defaultPolicy, dmarc: 'observe' },
  action: 'hold',
  perHour: 0,
  sudden: 240,
}

/** The policy in settings as the directory keeps them; what cannot be read keeps its default, as for mail that comes in. */
export function readOutboundPolicy(settings: Readonly<Record<string, string>>): OutboundPolicy {
  const perHour = settings['outbound.per-hour'] ?? ''
  const sudden = settings['outbound.sudden'] ?? ''
  const tolerance = settings['outbound.tolerance']
  const { tolerance: _inbound, 'product.filtering': _filtering, ...others } = settings
  const policy = readVerdictPolicy({ ...others, ...(tolerance !== undefined && { tolerance }) })
  return {
    policy: { ...policy, dmarc: 'observe' },
    action: settings['outbound.action'] === 'refuse' ? 'refuse' : 'hold',
    sudden: /^\d{1,6}$/.test(sudden) ? Number(sudden) : defaultOutbound.sudden,
    perHour: /^\d{1,6}$/.test(perHour) ? Number(perHour) : 0,
    ...(settings['outbound.signed-senders'] === 'on' && { signed: readForged(settings) }),
    ...(settings['product.outbound'] === 'off' && { isOff: true }),
  }
}

function readForged(settings: Readonly<Record<string, string>>): NonNullable<OutboundPolicy['signed']> {
  const wish = settings['outbound.forged-bounces']
  return wish === 'quarantine' || wish === 'refuse' ? wish : 'mark'
}

const refusals: Readonly<Record<string, string>> = {
  virus: 'a virus was found in it',
  phishing: 'it looks like phishing',
  spam: 'it looks like spam',
}

/**
 * What a decision means for mail that leaves: nobody's quarantine is there to set it aside in. A virus is refused, since
 * its sender is at the other end of the line and hears of it; the rest waits for a person, or is refused as well.
 */
export function asOutbound(decision: Decision, { action }: OutboundPolicy): Decision {
  if (decision.disposition !== 'quarantine') return decision
  if (decision.verdict !== 'virus' && (action === 'hold' || decision.verdict === 'unscanned'))
    return { ...decision, disposition: 'hold' }
  const { because } = decision
  if (because === null) return { ...decision, disposition: 'hold' }
  const why = refusals[decision.verdict] ?? 'the rules of your organisation do not allow it'
  const reply = { code: 550, enhanced: '5.7.1', text: `This message was not sent: ${why}` }
  return { ...decision, disposition: 'reject', because: { ...because, reply } }
}

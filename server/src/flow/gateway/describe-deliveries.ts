import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import { laneName } from '#flow/spool/lane.ts'
import type { NewDelivery } from '#flow/spool/message.ts'
import type { SendingNote } from '#flow/spool/sending-note.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { RecipientDecision } from './decide-recipients.ts'
import { stateFor } from './disposition-state.ts'
import { planRoutings } from './plan-routings.ts'
import type { RecipientSource } from './recipient-source.ts'
import type { SessionRecipient } from './session-state.ts'

/**
 * A delivery for each recipient, and for whoever rules of tenants add.
 * @param isBulk what goes to the world lets mail to one go first
 */
export function describeDeliveries(
  { settings, recipients: source }: { readonly settings: Config; readonly recipients: RecipientSource },
  end: InspectionEnd,
  decisions: readonly RecipientDecision[],
  receivedAt: number,
  isBulk: boolean,
): NewDelivery[] {
  const deliveries = decisions.map(({ recipient, decision }, n): NewDelivery => {
    const isOutbound = recipient.outbound !== undefined
    const direction = isOutbound ? 'outbound' : 'inbound'
    const [state, reason] =
      end.kind === 'poison' ? (['waiting', 'poison'] as const) : stateFor(decision, isOutbound)
    const isDue = state === 'waiting' && reason === 'just-accepted'
    return {
      n,
      rcptTo: recipient.rcptTo,
      dsn: recipient.dsn,
      tenant: recipient.tenant,
      state,
      reason,
      ...(end.kind === 'complete' && decision.disposition !== 'wait' && { verdict: decision.verdict }),
      direction,
      lane: laneName({ direction, tenant: recipient.tenant, domain: recipient.domain, via: null }),
      dueAt: isDue ? receivedAt : null,
      expiresAt: receivedAt + lifeOf(settings, recipient),
      noticeAt: noticeAt(recipient, receivedAt, settings['delivery.notices']),
      ...(isBulk && isOutbound && { isBulk }),
    }
  })
  const routings = end.kind === 'complete' ? (end.outcome.routings ?? []) : []
  const { decided, added } = planRoutings(deliveries, routings, source, {
    now: receivedAt,
    expiresAt: receivedAt + settings['delivery.expiryInbound'],
  })
  return [...decided, ...added.map(({ delivery }, index) => ({ ...delivery, n: deliveries.length + index }))]
}

/** A message of our own that has not come round by then never will. */
const probeLifeMs = 600_000

function lifeOf(settings: Config, { outbound, probe }: SessionRecipient): number {
  if (probe) return probeLifeMs
  return settings[outbound ? 'delivery.expiryOutbound' : 'delivery.expiryInbound']
}

/**
 * Delays of inbound mail are told to senders that have asked for it (RFC 3461, 4.1), and to nobody else; our own people
 * hear of what they send unless they have asked for something else (OUT-08).
 */
function noticeAt(
  { dsn, outbound }: SessionRecipient,
  receivedAt: number,
  ages: readonly number[],
): number | null {
  const [first] = ages
  const wants = dsn.notify?.includes('delay') ?? outbound !== undefined
  return wants && first !== undefined ? receivedAt + first : null
}

/** What a mailbox sends that looks stolen waits for a manager, whoever it is for. */
export function holdSuspect(
  deliveries: readonly NewDelivery[],
  sending: SendingNote | null,
): readonly NewDelivery[] {
  if (!sending?.suspect) return deliveries
  return deliveries.map((each) =>
    each.state === 'waiting' ? { ...each, state: 'held', reason: 'sender-suspended', dueAt: null } : each,
  )
}

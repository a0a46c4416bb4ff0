import { bounceClasses } from '#ground/bounces/bounce-classes.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Hop } from './hop.ts'
import { poolOf } from './hop-connections.ts'
import type { Outcome } from './outcome.ts'
import { isAboutRecipient } from './sending/path.ts'
import type { Senders } from './sending/senders.ts'
import type { SmtpClient } from './smtp-client.ts'

export interface PutOffContext {
  readonly senders: Pick<Senders, 'hasBetter' | 'freeInMs'>
  readonly settings: Config
  readonly random: () => number
  readonly hop: Hop
  readonly client: SmtpClient | null
}

/** How long mail waits that was put off: not for one address what another can do now, and never less than asked. */
export function putOffWait(
  outcome: Outcome,
  scheduledMs: number,
  { hop, client, senders, settings, random }: PutOffContext,
): number {
  const soonMs = 1000 + Math.round(random() * 4000)
  if (outcome.hop && outcome.code === 421 && (client?.messages ?? 0) > 1) return soonMs
  const action = outcome.class === null ? 'patience' : bounceClasses[outcome.class].action
  const isOurs = hop.isOwn || hop.receiver === '' || !client
  if (action === 'same-address') return Math.max(outcome.waitMs, Math.min(scheduledMs, outcome.waitMs * 2))
  if (
    !isOurs &&
    !isAboutRecipient(outcome.class) &&
    senders.hasBetter(client.localAddress, poolOf(hop), hop.receiver)
  )
    return Math.min(scheduledMs, settings['delivery.slowWait'], outcome.waitMs || Infinity)
  if (action === 'slow')
    return Math.max(scheduledMs, isOurs ? outcome.waitMs : senders.freeInMs(poolOf(hop), hop.receiver))
  return Math.max(scheduledMs, action === 'final' ? outcome.waitMs : 0)
}

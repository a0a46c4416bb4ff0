import type { Alarms } from '#ground/platform/alarms.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { RecipientResult } from './attempt.ts'
import type { Job } from './delivery-store.ts'
import type { TryTimes } from './describe-try.ts'
import { DeliveryFault } from './fault.ts'
import type { Hop } from './hop.ts'
import type { Outcome } from './outcome.ts'
import { nextWait } from './retry-schedule.ts'
import type { SmtpClient } from './smtp-client.ts'

export interface HopNotesOptions {
  readonly alarms: Alarms
  readonly settings: Config
  readonly random: () => number
  /** What becomes of its messages says nothing of the hop to others. */
  readonly isApart?: true
}

/** What came of one try. */
export interface TryTold {
  readonly outcomes: readonly Outcome[]
  /** Of the hop itself; null: it answered. */
  readonly fault: DeliveryFault | null
  /** What `HopNotes.waitMs` said before the try was settled. */
  readonly waitMs: number
  /** Null: there was no connection. */
  readonly client: SmtpClient | null
  readonly times: TryTimes
}

/** What a try tells of the hop itself: whether it works, is paced or down, and what alarms that raises and clears. */
export class HopNotes {
  readonly #options: HopNotesOptions

  constructor(options: HopNotesOptions) {
    this.#options = options
  }

  /** How long the lane of a hop is closed when it fails once more. */
  waitMs(hop: Hop): number {
    const { settings, random } = this.#options
    // A closed lane is tried again every few minutes at least: what waits behind it should leave soon after its end.
    const waits = hop.isOwn
      ? settings['delivery.ownRetry']
      : settings['delivery.retry'].map((each) => Math.min(each, 5 * 60_000))
    return nextWait({ waitsMs: waits, jitter: settings['delivery.jitter'] }, hop.failures + 1, random())
  }

  /** Takes down what one try told. */
  note(job: Job, hop: Hop, told: TryTold): void {
    if (!this.#options.isApart && !this.#isPaced(hop, told)) this.#noteHop(hop, told)
    this.#noteTls(job, hop, told.outcomes)
  }

  /**
   * Whether the server only wants less at a time: fewer connections, or fewer messages over one. It works then, and
   * nothing else has to wait for it.
   */
  #isPaced(hop: Hop, { outcomes, client, times: { startedAt, now } }: TryTold): boolean {
    const [told] = outcomes
    if (!told || !outcomes.every((each) => each.hop && each.code === 421)) return false
    const earlier = (client?.messages ?? 0) - 1
    if (told.class === 'rate-limited') return !hop.isOwn
    if (earlier > 0) {
      if (told.class === 'too-many-connections') hop.perConnection = earlier
      return true
    }
    if (told.class !== 'too-many-connections' || hop.busy < 2) return false
    hop.narrow(now, startedAt)
    return true
  }

  #noteHop(hop: Hop, { outcomes, fault, waitMs, times: { startedAt, now } }: TryTold): void {
    const { alarms, settings } = this.#options
    const works = outcomes.some((each) => !each.hop)
    if (works) {
      if (hop.succeeded(now, settings['delivery.laneConnections'])) alarms.clear('next-hop-down', hop.name)
      alarms.clear('settlement-waits', 'store')
      alarms.clear('route-loop', hop.name)
      alarms.clear('next-hop-tls', hop.name)
    } else if (outcomes.some((each) => each.kind === 'retry')) {
      hop.failed(now, fault, waitMs, startedAt)
      if (fault?.kind === 'loop')
        alarms.raise('route-loop', hop.name, `${fault.message}; its mail waits until the route is mended`)
      // A handshake may break off by chance: the next try tells, which is seconds away only where the hop is ours.
      const isChance = hop.isOwn && fault?.trouble === 'no-handshake' && hop.failures < 2
      if (fault?.kind === 'tls' && !isChance)
        alarms.raise(
          'next-hop-tls',
          hop.name,
          `next hop failing: TLS; mail for ${hop.name} waits, however little arrives: ${fault.message}`,
        )
      else alarms.clear('next-hop-tls', hop.name)
      if (hop.failures >= 2 && fault?.kind !== 'tls')
        alarms.raise(
          'next-hop-down',
          hop.name,
          `mail for ${hop.name} waits: ${hop.lastFault?.message ?? outcomes[0]?.text ?? 'it does not answer'}`,
        )
    }
  }

  /** Mail that a rule wants encrypted waits for a hop that other mail goes to: nobody would notice otherwise. */
  #noteTls(job: Job, hop: Hop, outcomes: readonly Outcome[]): void {
    if (!job.tls) return
    const { alarms } = this.#options
    const waiting = outcomes.find((each) => each.reason === 'tls-needed')
    if (waiting)
      alarms.raise(
        'tls-needed',
        hop.name,
        `mail that must be encrypted waits for ${hop.name}: ${waiting.text}`,
      )
    else if (outcomes.some((each) => each.kind === 'delivered')) alarms.clear('tls-needed', hop.name)
  }
}

/** Why a try failed for the hop as a whole; null: what failed was of a message or a recipient. */
export function faultOfHop(results: ReadonlyMap<number, RecipientResult>): DeliveryFault | null {
  for (const { result } of results.values())
    if (
      result instanceof DeliveryFault &&
      result.kind !== 'tls-needed' &&
      result.kind !== 'no-address' &&
      !['mail', 'rcpt', 'data', 'final'].includes(result.phase)
    )
      return result
  return null
}

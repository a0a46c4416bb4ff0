import { parseLane } from '#flow/spool/lane.ts'
import type { Body } from '#flow/spool/message.ts'
import type { MessageStore } from '#flow/spool/message-store.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import type { Spool } from '#flow/spool/spool.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import { livesOf } from '#ground/platform/config/lives-of.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Log } from '#ground/platform/log.ts'
import { attempt, type Letter, type RecipientResult } from './attempt.ts'
import type { DeliveryStore, Job, Settlement } from './delivery-store.ts'
import { describeTry, everyone } from './describe-try.ts'
import type { Hop } from './hop.ts'
import { type HopConnections, poolOf } from './hop-connections.ts'
import { faultOfHop, HopNotes } from './hop-notes.ts'
import { deliverToMaildir } from './maildir.ts'
import { readOriginal, showNothing } from './original.ts'
import type { Outcome } from './outcome.ts'
import { isGivenBack, type OverdueContext, settleOverdue } from './overdue.ts'
import { wishOf } from './path-wish.ts'
import { putOffWait } from './put-off-wait.ts'
import type { ReturnOptions } from './return-to-sender.ts'
import type { DeliveryEnd } from './scheduler.ts'
import type { Senders } from './sending/senders.ts'
import { settle } from './settlement.ts'
import type { ClientTimes, SmtpClient } from './smtp-client.ts'
import { settleSuppressed, withoutSuppressed } from './suppressed.ts'

export interface DeliveryOptions {
  readonly store: Pick<DeliveryStore, 'settle'>
  readonly messages: MessageStore
  readonly spool: Spool
  readonly connections: HopConnections
  readonly senders: Pick<Senders, 'note' | 'hasBetter' | 'freeInMs'>
  readonly settings: Config
  readonly owner: string
  readonly returns: ReturnOptions
  readonly clock: Clock
  readonly random: () => number
  readonly alarms: Alarms
  readonly log: Log
  /** Name that notices to senders of a tenant's mail come from; empty: none of its own. Never throws. */
  readonly fromNameOf: (tenant: string) => Promise<string>
  /** What servers of the world are told of who sends a message of ours; see signed-sender.ts. Never throws. */
  readonly envelopeSender: (job: Job) => string
  /** Told of each recipient's outcome, and when the try was begun, for metrics. */
  readonly onOutcome: (outcome: Outcome, job: Job, hop: Hop, startedAt: number, n: number) => void
  /** Whether a refusal that this process met may end a delivery; see probation/probation.ts. */
  readonly mayReturn: () => boolean
  /** What becomes of its messages says nothing of the hop to others; each is tried for itself. */
  readonly isApart?: true
}

/**
 * How long mail whose life is over goes on waiting for a try, and a hop must be down to count as one: after a node
 * was away, neither the length of its queue nor a network that is not up yet makes a bounce.
 */
const untriedGraceMs = 600_000

/** How long it is told that mail is held which a rule has sent somewhere. */
const keptAlarmMs = 3_600_000

/** How often it is told that content cannot be read. */
const unreadableToldEveryMs = 60_000

/** Brings one job to its end: bytes, connection, one try, what became of it, written down. */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #hopNotes: HopNotes
  readonly #startedAt: number
  #toldUnreadable = Number.NEGATIVE_INFINITY

  constructor(options: DeliveryOptions) {
    this.#options = options
    this.#hopNotes = new HopNotes(options)
    this.#startedAt = options.clock.now()
  }

  /**
   * Resolves when the outcome is durable: the connection carries its next message only after that. `isOurs`: whether
   * the lease still runs; a job that was lost while its bytes or a connection were awaited is left to others.
   */
  async deliver(job: Job, hop: Hop, isOurs: () => boolean): Promise<DeliveryEnd> {
    let body: Awaited<ReturnType<Spool['readBody']>>
    try {
      body = await this.#options.spool.readBody(job.message.id)
    } catch (cause) {
      this.#tellUnreadable(job, cause)
      return 'not-tried'
    }
    if (!isOurs()) return 'ended'
    if (body === null || body.kind === 'damaged')
      await this.#setAside(job, body?.why ?? 'its content is missing')
    else await this.#tryThose(job, hop, body, isOurs)
    return 'ended'
  }

  /** Recipients that are left alone need no connection: their mail goes back at once. */
  async #tryThose(job: Job, hop: Hop, body: Body, isOurs: () => boolean): Promise<void> {
    const { stopped, rest } = withoutSuppressed(job)
    if (stopped.recipients.length > 0) {
      const { owner, clock, returns, store, spool } = this.#options
      const original = await readOriginal(stopped, body)
      const settlement = settleSuppressed(stopped, { owner, now: clock.now(), returns, original })
      await this.#durably(() => store.settle([settlement]))
      this.#noteFlow(stopped, settlement)
      if (rest.recipients.length === 0) return spool.forget(job.message.id)
    }
    await this.#try(rest, hop, body, isOurs)
  }

  /** One try over a connection, or into a folder, and what became of it. */
  async #try(job: Job, hop: Hop, body: Body, isOurs: () => boolean): Promise<void> {
    const startedAt = this.#options.clock.now()
    let client: SmtpClient | null = null
    let results: Map<number, RecipientResult>
    if (hop.hop.kind === 'maildir')
      results = await deliverToMaildir(hop.hop.folder, letterOf(job, body), job.message.id)
    else {
      try {
        client = await this.#options.connections.take(hop, wishOf(job), job.tls)
        if (!isOurs())
          return this.#options.connections.giveBack(hop, client, this.#options.clock.now() - startedAt)
        const mailFrom = this.#options.envelopeSender(job)
        results = await attempt(client, { ...letterOf(job, body), mailFrom }, this.#times(hop))
      } catch (cause) {
        results = everyone(job, cause)
      }
    }
    await this.#finish(job, hop, body, client, results, startedAt)
    if (client) this.#options.connections.giveBack(hop, client, this.#options.clock.now() - startedAt)
  }

  /** Returns or reports mail whose time has come, without another try. */
  async deliverOverdue(job: Job, hop: Hop | null): Promise<void> {
    const read = await this.#options.spool.readBody(job.message.id).then(
      (body) => ({ body }),
      (cause: unknown) => this.#tellUnreadable(job, cause),
    )
    if (!read) return this.#outlive(job)
    const { body } = read
    const lifeMs = lifeOf(job, this.#options.settings)
    const isThere = body !== null && body.kind !== 'damaged'
    const graceMs = Math.min(untriedGraceMs, lifeMs / 10)
    const now = this.#options.clock.now()
    await this.#settleOverdue(job, !isThere, {
      ownFault: ownFaultOf(hop),
      isTried: ({ lastAttempt }) =>
        (lastAttempt !== null && lastAttempt.at >= this.#startedAt) ||
        (hop?.isDownFor(now, graceMs) ?? false),
      graceMs,
      lifeMs,
      original: isThere ? await readOriginal(job, body) : showNothing,
    })
  }

  /**
   * That content cannot be read passes, and is our own fault: what would end gets a new life, since it may be over when
   * the content is back. What somebody gave back comes again with its lease, and others go on.
   */
  async #outlive(job: Job): Promise<void> {
    const recipients = job.recipients.filter((each) => !isGivenBack(each))
    if (recipients.length === 0) return
    const lifeMs = lifeOf(job, this.#options.settings)
    await this.#settleOverdue({ ...job, recipients }, false, {
      ...{ ownFault: null, isTried: () => false, original: showNothing },
      ...{ graceMs: lifeMs, lifeMs },
    })
  }

  async #settleOverdue(
    job: Job,
    contentIsDamaged: boolean,
    context: Pick<OverdueContext, 'ownFault' | 'isTried' | 'graceMs' | 'lifeMs' | 'original'>,
  ): Promise<void> {
    const { store, owner, clock, settings, returns } = this.#options
    const settlement = settleOverdue(job, {
      ...context,
      ...{ owner, now: clock.now(), notices: settings['delivery.notices'], returns },
    })
    await store.settle([{ ...settlement, contentIsDamaged }])
    this.#noteFlow(job, settlement)
    this.#noteKept(job, settlement)
    if (settlement.results.some((each) => each.state !== 'waiting'))
      this.#options.alarms.clear('body-damaged', job.message.id)
  }

  async #finish(
    job: Job,
    hop: Hop,
    body: Body,
    client: SmtpClient | null,
    results: ReadonlyMap<number, RecipientResult>,
    startedAt: number,
  ): Promise<void> {
    const { clock, settings, random, owner, returns, senders, store, spool, alarms, onOutcome } =
      this.#options
    const now = clock.now()
    const hopFault = faultOfHop(results)
    const waitMs = this.#hopNotes.waitMs(hop)
    const times = { startedAt, now }
    const owesNews = job.recipients.some((each) => each.owesNews)
    const { settlement, outcomes } = settle(job, results, {
      owner,
      now,
      ownHop: hop.isOwn,
      random,
      returns,
      original: await readOriginal(job, body),
      retry: {
        waitsMs: hop.isOwn ? settings['delivery.ownRetry'] : settings['delivery.retry'],
        jitter: settings['delivery.jitter'],
      },
      secondTry: settings['delivery.secondTry'],
      suppressMs: settings['delivery.suppressBounced'],
      host: client?.target.host ?? '',
      localAddress: client?.localAddress ?? '',
      waitOf: (outcome, scheduledMs) =>
        putOffWait(outcome, scheduledMs, { hop, client, senders, settings, random }),
      hopTriesAgainAt: hopFault ? now + waitMs : null,
      lifeMs: lifeOf(job, settings),
      notices: settings['delivery.notices'],
      describe: (outcome, phase) => describeTry(outcome, phase, hop, client, times),
      hopReports: client?.extensions.has('DSN') ?? false,
      isFinal: hop.hop.kind === 'maildir',
      mayReturn: this.#options.mayReturn(),
      fromName: owesNews ? await this.#options.fromNameOf(parseLane(job.lane).tenant) : '',
    })
    this.#noteSource(hop, outcomes, client)
    this.#hopNotes.note(job, hop, { outcomes, fault: hopFault, waitMs, client, times })
    this.#noteKept(job, settlement)
    await this.#durably(() => store.settle([settlement]))
    this.#noteFlow(job, settlement)
    spool.forget(job.message.id)
    alarms.clear('body-damaged', job.message.id)
    for (const [at, outcome] of outcomes.entries())
      onOutcome(outcome, job, hop, startedAt, job.recipients[at]?.n ?? 0)
  }

  /**
   * What became of a message must be written, however long the store is away: a delivery that is not written down
   * is made twice. The connection waits with it, so there is at most one such message a connection.
   */
  async #durably(write: () => Promise<unknown>): Promise<void> {
    for (let wait = 50; ; wait = Math.min(wait * 2, 5000)) {
      try {
        await write()
        return
      } catch (cause) {
        if ((cause as { code?: string }).code === 'stopped') throw cause
        this.#options.alarms.raise(
          'settlement-waits',
          'store',
          `what became of mail cannot be written: ${(cause as Error).message}`,
        )
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
  }

  /** What the address learns: one message counts once, by the worst that was said of its recipients. */
  #noteSource(hop: Hop, outcomes: readonly Outcome[], client: SmtpClient | null): void {
    if (!client || hop.receiver === '') return
    const worst = outcomes.find((each) => each.kind !== 'delivered') ?? outcomes[0]
    if (worst) this.#options.senders.note(client.localAddress, poolOf(hop), hop.receiver, worst)
  }

  /** Notices come with what they tell of, past the gateway; they leave as all mail does. */
  #noteFlow({ lane }: Job, { results, notices }: Settlement): void {
    const { flow } = this.#options.spool
    for (const { state } of results) if (state !== 'waiting') flow.left(lane)
    for (const { deliveries } of notices) for (const each of deliveries) flow.came(each.lane)
  }

  /**
   * What a rule sent on its way and failed there is told, since its sender hears nothing. The rule may be of a level above
   * the target's tenant and the recipient another one's: the message's page names both, to whoever may see them.
   */
  #noteKept({ message, recipients }: Job, { results }: Settlement): void {
    for (const { n, state } of results) {
      const recipient = recipients.find((each) => each.n === n)
      if (state !== 'held' || !recipient?.terms?.added) continue
      const text = `message ${message.id} could not be delivered to ${recipient.rcptTo}, where a rule sends it; it is held`
      this.#options.alarms.pulse('rule-target-fails', recipient.rcptTo, text, keptAlarmMs)
    }
  }

  /** Content that goes with its message is no damage: whoever ordered it away while we had the job took both. */
  async #setAside({ message: { id } }: Job, why: string): Promise<void> {
    const { messages, alarms, clock, spool } = this.#options
    const parked = await messages.setAside(id, 'body-damaged', why, clock.now())
    if (parked > 0) alarms.raise('body-damaged', id, `message ${id} is parked: ${why}`)
    else spool.forget(id)
  }

  /** Where one cannot be read, none of many can: it is said once in a while. */
  #tellUnreadable(job: Job, cause: unknown): void {
    const now = this.#options.clock.now()
    if (now - this.#toldUnreadable < unreadableToldEveryMs) return
    this.#toldUnreadable = now
    this.#options.log.warn(
      { message: job.message.id, cause: String(cause) },
      'content cannot be read at this moment: the mail waits and is taken up again',
    )
  }

  #times(hop: Hop): ClientTimes {
    return this.#options.connections.times(hop)
  }
}

function letterOf(job: Job, body: Body): Letter {
  const { mailFrom, parameters, size, edits } = job.message
  return { mailFrom, parameters, size, body, edits, recipients: job.recipients }
}

/** Why waiting for a hop is our own fault; null: it is not. */
function ownFaultOf(hop: Hop | null): Reason | null {
  // The directory cannot tell where the mail goes.
  if (hop === null) return 'no-route'
  const kind = hop.lastFault?.kind
  if (kind === 'loop') return 'next-hop-is-ourselves'
  if (kind === 'route-to-come') return 'route-to-come'
  if (!hop.isOwn) return null
  if (kind === 'tls') return 'tls-fails'
  return kind === 'dns' ? 'no-route' : 'own-hop-down'
}

function lifeOf(job: Job, settings: Config): number {
  return livesOf(settings)[job.message.direction]
}

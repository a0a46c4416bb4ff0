import type { LateVerdict, MessageStore, UninspectedMessage } from '#flow/spool/message-store.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Log } from '#ground/platform/log.ts'
import { arrivalOf } from './arrival.ts'
import type { Arrival } from './check.ts'
import type { Inspection } from './inspection.ts'
import type { InspectionJob, InspectionOutcome } from './inspection-job.ts'

export interface BehindOptions {
  readonly store: MessageStore
  readonly readBody: MessageStore['readBody']
  readonly inspection: Inspection
  /** Turns an outcome into decisions, by the same rules as in the dialogue; null: DNS leaves them open for now. */
  readonly judge: (message: UninspectedMessage, outcome: InspectionOutcome) => LateVerdict | null
  readonly owner: string
  readonly waitUnscannedMs: number
  readonly leaseMs: number
  readonly clock: Clock
  readonly alarms: Alarms
  readonly log: Log
}

const lookEveryMs = 500
/** Messages in hand at a time: enough that a few slow ones do not hold up the rest. */
const atATime = 64
/** Age from which a message that cannot be inspected is told, long before it is set aside. */
const tellAfterMs = 30_000
const hurryEveryMs = 3000
/** Waits between inspections of one message that do not come to an end. */
const waitsMs = [1000, 5000, 15_000, 60_000]

/**
 * Brings inspections to their end that were not complete when the message was accepted (P5).
 * Unfinished is neither bad nor clean: the message waits, is set aside as unscanned after a while, and whenever
 * the checks do finish, leaves by itself.
 */
export class InspectBehind {
  readonly #options: BehindOptions
  #timer: NodeJS.Timeout | null = null
  #renewal: NodeJS.Timeout | null = null
  #working: Promise<void> | null = null
  readonly #inHand = new Map<string, Promise<void>>()
  /** Whether more were due than there was room for. */
  #more = false
  #hurriedAt = Number.NEGATIVE_INFINITY

  constructor(options: BehindOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
    this.#renewal = setInterval(() => void this.#renew(), this.#options.leaseMs / 3)
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    await this.#working
    await Promise.all(this.#inHand.values())
    if (this.#renewal) clearInterval(this.#renewal)
  }

  /** An inspection may take longer than a lease; a second one beside it would only take longer still. */
  async #renew(): Promise<void> {
    if (this.#inHand.size === 0) return
    const { store, owner, clock, leaseMs, log } = this.#options
    await store
      .renewInspections([...this.#inHand.keys()], owner, clock.now() + leaseMs)
      .catch((cause: unknown) => log.warn({ cause: String(cause) }, 'inspections could not be kept'))
  }

  #look(): void {
    if (this.#timer === null) return
    this.#working ??= this.#fill().finally(() => {
      this.#working = null
    })
  }

  /** Takes messages in hand until there is no room or nothing is due. */
  async #fill(): Promise<void> {
    const { store, owner, clock, log, leaseMs } = this.#options
    try {
      for (let room = this.#room(); room > 0; room = this.#room()) {
        const now = clock.now()
        const messages = await store.claimUninspected(owner, now, now + leaseMs, room)
        for (const message of messages) this.#inHand.set(message.id, this.#keep(message))
        this.#more = messages.length === room
        if (!this.#more) return
      }
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'mail to inspect could not be looked for; it is tried again shortly')
    }
  }

  #room(): number {
    return atATime - this.#inHand.size
  }

  async #keep(message: UninspectedMessage): Promise<void> {
    try {
      await this.#inspect(message)
    } catch (cause) {
      this.#options.log.warn(
        { message: message.id, cause: String(cause) },
        'an inspection behind the answer was interrupted; it is made anew when its lease ends',
      )
    }
    this.#inHand.delete(message.id)
    // Not for each single place: a claim is a transaction.
    if (this.#more && this.#room() >= atATime / 4) this.#look()
  }

  async #inspect(message: UninspectedMessage): Promise<void> {
    const { store, inspection, clock, owner, alarms, judge } = this.#options
    const body = await this.#options.readBody(message.id)
    if (body === null || body.kind === 'damaged') {
      const why = body?.why ?? 'its content is missing'
      const parked = await store.setAside(message.id, 'body-damaged', why, clock.now())
      // None: it was ordered away meanwhile, and its content went with it.
      if (parked > 0) alarms.raise('body-damaged', message.id, `message ${message.id} is parked: ${why}`)
      return
    }
    const end = await inspection.inspectBehind(toJob(message, body as InspectionJob['body']))
    if (end.kind === 'poison') {
      await store.setAside(message.id, 'poison', end.why, clock.now())
      alarms.raise(
        'poison-message',
        message.id,
        `message ${message.id} ended two inspection threads and is parked: ${end.why}`,
      )
      return
    }
    if (end.kind === 'unfinished') return this.#postpone(message, end.why)
    const verdict = judge(message, end.outcome)
    if (verdict === null) return this.#postpone(message, gapOf(end.outcome))
    await store.decide(message.id, owner, clock.now(), verdict)
    alarms.clear('inspection-incomplete', 'messages')
    if (message.attempts > 0) await this.#hurry()
  }

  /** What could not be finished before now could: so may the others be, the oldest first, without their waits. */
  async #hurry(): Promise<void> {
    const now = this.#options.clock.now()
    if (now - this.#hurriedAt < hurryEveryMs) return
    this.#hurriedAt = now
    await this.#options.store.hurryInspections(now)
    this.#look()
  }

  async #postpone(message: UninspectedMessage, why: string): Promise<void> {
    const { store, owner, clock, alarms, waitUnscannedMs } = this.#options
    const now = clock.now()
    const age = now - message.receivedAt
    const isLate = age > waitUnscannedMs
    if (isLate || age > tellAfterMs)
      alarms.raise(
        'inspection-incomplete',
        'messages',
        `checks cannot finish (${why}); mail waits, is set aside as unscanned after ${Math.round(waitUnscannedMs / 60_000)} minutes, and goes on by itself when they can`,
      )
    const wait = waitsMs[Math.min(message.attempts, waitsMs.length - 1)] ?? 60_000
    // Nobody looks for his own mail in a quarantine: what leaves waits on.
    const isAside = isLate && message.recipients.some((each) => each.direction === 'inbound')
    await store.postponeInspection(message.id, owner, now + wait, isAside ? now : null)
  }
}

function toJob(message: UninspectedMessage, body: InspectionJob['body']): InspectionJob {
  return {
    id: message.id,
    body,
    tenant: message.recipients[0]?.tenant ?? '',
    arrival: {
      ip: message.ip,
      helo: message.helo,
      mailFrom: message.mailFrom,
      // Whom a rule chose has no say in it.
      rcptTo: message.recipients.filter((each) => !each.isAdded).map((each) => each.rcptTo),
      receivedAt: message.receivedAt,
      ...describeWay(message),
    },
  }
}

function describeWay({ recipients, sender }: UninspectedMessage): Partial<Arrival> {
  const isOutbound = recipients.some((each) => each.direction === 'outbound')
  return arrivalOf(
    sender,
    isOutbound ? recipients.filter((each) => each.direction === 'inbound').map((each) => each.rcptTo) : null,
  )
}

/** Why the outcome leaves open what to do: a scanner that is away, or DNS. */
function gapOf({ findings }: InspectionOutcome): string {
  const gap = findings.find((each) => each.incomplete === 'later')
  return gap?.text.replace(/\.$/, '') ?? 'DNS leaves the result of sender authentication open'
}

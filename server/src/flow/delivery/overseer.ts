import { isDrillLane, isProbeLane, parseLane } from '#flow/spool/lane.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import { livesOf } from '#ground/platform/config/lives-of.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Log } from '#ground/platform/log.ts'
import type { DeliveryStore, Job } from './delivery-store.ts'

export interface OverseerOptions {
  readonly store: DeliveryStore
  readonly reader: DeliveryStore
  readonly owner: string
  readonly leaseMs: number
  readonly clock: Clock
  readonly alarms: Alarms
  readonly log: Log
  readonly settings: Config
  readonly deliverOverdue: (job: Job) => Promise<void>
  readonly isOwnHop: (lane: string) => boolean
  /** Whether this process carries mail like any other: else others look after what waits. */
  readonly isOnDuty: () => boolean
  /** Whether the next hop of a lane is down, or its receiver wants no more for now: then its mail has to wait. */
  readonly mustWait: (lane: string) => boolean
}

const overdueEveryMs = 5000
const backlogEveryMs = 20_000
const firstTriesEveryMs = 5000
/** Shares of a message's life at which its waiting raises an alarm (GW-25). */
const lifeMarks = [0.9, 0.5, 0.1]

/** Looks after mail that waits too long: its expiry, what its sender hears, and alarms while there is time to act. */
export class Overseer {
  readonly #options: OverseerOptions
  readonly #timers: NodeJS.Timeout[] = []
  #working = false

  constructor(options: OverseerOptions) {
    this.#options = options
  }

  start(): void {
    this.#timers.push(
      setInterval(() => void this.watchFirstTries(), firstTriesEveryMs),
      setInterval(() => void this.settleOverdue(), overdueEveryMs),
      setInterval(() => void this.watchBacklog(), backlogEveryMs),
    )
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  /** Brings everything that is overdue to its end, a batch at a time. */
  async settleOverdue(): Promise<void> {
    if (this.#working || !this.#options.isOnDuty()) return
    this.#working = true
    const { store, owner, leaseMs, clock, log, deliverOverdue } = this.#options
    try {
      for (let rounds = 0; rounds < 50; rounds++) {
        const now = clock.now()
        const jobs = await store.claimOverdue(owner, now, now + leaseMs, 100)
        if (jobs.length === 0) break
        await Promise.all(jobs.map((job) => deliverOverdue(job)))
      }
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'overdue mail could not be settled; tried again in a few seconds')
    } finally {
      this.#working = false
    }
  }

  /**
   * Tells when new mail waits for its first try though its next hop would take it: then it is we who are slow. Mail to
   * many is not looked at; see LaneSummary.
   */
  async watchFirstTries(): Promise<void> {
    if (!this.#options.isOnDuty()) return this.#leaveToOthers()
    const { reader, clock, alarms, log, settings, mustWait } = this.#options
    try {
      const now = clock.now()
      const late = (await reader.lanes()).filter(
        ({ lane, untriedSince }) =>
          untriedSince !== null &&
          now - untriedSince > settings['flow.lateAfter'] &&
          // The hop of a drill is broken on purpose.
          !isDrillLane(lane) &&
          !mustWait(lane),
      )
      for (const direction of ['inbound', 'outbound'] as const) {
        const mine = late.filter(
          ({ lane }) => (parseLane(lane).direction === 'inbound') === (direction === 'inbound'),
        )
        const oldest = Math.min(...mine.map(({ untriedSince }) => untriedSince ?? now))
        if (mine.length === 0) alarms.clear('first-try-late', direction)
        else
          alarms.raise(
            'first-try-late',
            direction,
            `new ${direction} mail waits for its first try in ${mine.length} queues, the oldest for ${Math.round((now - oldest) / 1000)} s`,
          )
      }
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'it could not be seen how long new mail waits')
    }
  }

  #leaveToOthers(): void {
    const { alarms } = this.#options
    for (const { name, subject } of alarms.open())
      if (isOurs(name) || name === 'first-try-late') alarms.clear(name, subject)
  }

  /** Raises an alarm for each lane whose oldest mail has used up a tenth, half or nine tenths of its life. */
  async watchBacklog(): Promise<void> {
    if (!this.#options.isOnDuty()) return
    const { reader, clock, alarms, log } = this.#options
    try {
      const now = clock.now()
      const seen = new Set<string>()
      for (const { lane, waiting, oldest } of await reader.backlog()) {
        // Whoever sends messages of our own judges them himself, and by his clock alone.
        if (isProbeLane(lane)) continue
        seen.add(lane)
        this.#judge(lane, waiting, now - oldest)
      }
      for (const open of alarms.open())
        if (isOurs(open.name) && !seen.has(open.subject)) alarms.clear(open.name, open.subject)
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'the backlog could not be counted')
    }
  }

  #judge(lane: string, waiting: number, age: number): void {
    const { alarms, settings, isOwnHop } = this.#options
    const { direction, domain } = parseLane(lane)
    const used = age / livesOf(settings)[direction]
    for (const mark of lifeMarks) {
      const name = `waiting-${mark * 100}-percent`
      if (used >= mark)
        alarms.raise(
          name,
          lane,
          `${waiting} deliveries to ${domain} wait; the oldest has used ${Math.round(used * 100)} % of its life`,
        )
      else alarms.clear(name, lane)
    }
    // N-16: mail never expires at a hop of our own, so its waiting must be heard of early.
    if (isOwnHop(lane) && age > 5 * 60_000)
      alarms.raise(
        'own-hop-waiting',
        lane,
        `mail for our own next hop of ${domain} has waited for ${Math.round(age / 60_000)} minutes`,
      )
    else alarms.clear('own-hop-waiting', lane)
  }
}

function isOurs(name: string): boolean {
  return name.startsWith('waiting-') || name === 'own-hop-waiting'
}

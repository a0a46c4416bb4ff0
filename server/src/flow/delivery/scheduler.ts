import type { HandOver } from '#flow/spool/hand-over.ts'
import type { SuppressedDelivery } from '#flow/spool/message.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Log } from '#ground/platform/log.ts'
import { ConnectionShares } from './connection-shares.ts'
import type { DeliveryStore, Job } from './delivery-store.ts'
import type { Hop } from './hop.ts'
import type { Hops } from './hops.ts'
import { jobsOf } from './jobs-of.ts'
import { LaneLine } from './lane-line.ts'
import { LaneQueue } from './lane-queue.ts'
import { Leases } from './leases.ts'
import type { Probation } from './probation/probation.ts'
import { splitJob } from './split-job.ts'

export interface SchedulerOptions {
  readonly store: DeliveryStore
  /** The same store where reading holds up no writing. */
  readonly reader: DeliveryStore
  readonly hops: Hops
  /**
   * Brings one job to its end, as long as it is ours; resolves when what became of it is durable. `not-tried`: nothing
   * has been done, for a reason of ours that passes.
   */
  readonly deliver: (job: Job, hop: Hop, isOurs: () => boolean) => Promise<DeliveryEnd>
  readonly owner: string
  /** Whether a lane is its to carry; the others are somebody else's. */
  readonly carries: (lane: string) => boolean
  readonly leaseMs: number
  readonly maxConnections: number
  readonly laneConnections: () => number
  readonly lanePace: () => number
  /** Milliseconds until mail may leave for the receiver behind a hop; 0: now, and a place is taken for it. */
  readonly reserve: (hop: Hop) => number
  /** Looks up who runs the servers of a hop, and never throws; null: nothing depends on it before the first try. */
  readonly lookUp: ((hop: Hop) => Promise<void>) | null
  /** How much of the mail this process may have; see probation/probation.ts. */
  readonly probation: Pick<Probation, 'isFull' | 'mayCarry' | 'take' | 'refund'>
  readonly clock: Clock
  readonly log: Log
}

/** Whether a job was brought to its end, or has to be taken up again as it was. */
export type DeliveryEnd = 'ended' | 'not-tried'

/** Work that could not be begun is taken up again so much later. */
const notTriedWaitMs = 10_000
/** Jobs of one lane in memory at a time. */
const mostInLane = 100
/** Jobs in memory altogether; further new mail waits in the store like any other. */
const mostInMemory = 4000
/** How often the store is asked for lanes that others have filled. */
const lookEveryMs = 1000
/** How often hops that nothing is sent to any more are forgotten. */
const sweepEveryMs = 60_000
/** A lane that waits for its pace looks again after this long at the latest. */
const longestWaitMs = 5000
/** Messages to many of one lane that are kept in memory as they come. */
const mostBulkInLane = 20

/**
 * Decides what is sent next.
 *
 *   lane     idle: nothing due -> runnable: in line -> parked: its hop has no room -> runnable again
 *   job      in the store -> claimed (leased, in the lane) -> under way -> settled, or given back
 *
 * Lanes stand in one line and take turns, a message each: tenants in turn, and of a tenant its lanes. So a lane with a
 * million messages gets the same share as one with a single message, and so does a tenant with a thousand lanes. A lane whose hop is down or full steps out of the line and costs nothing until the
 * hop has room. After a crash leases end, and the rows are claimed anew.
 */
export class Scheduler implements HandOver {
  readonly #options: SchedulerOptions
  readonly #lanes = new Map<string, LaneQueue>()
  readonly #line = new LaneLine()
  readonly #underWay = new Set<Job>()
  readonly #leases = new Leases()
  readonly #shares: ConnectionShares
  /** Lanes that wait for the pace of their receiver, all of one receiver together: so their tenants take turns too. */
  readonly #paused = new Map<string, Set<LaneQueue>>()
  #inMemory = 0
  #looking = false
  #lastLook = 0
  #timer: NodeJS.Timeout | null = null
  #renewed = 0
  #swept = 0
  #stopping = false
  #pumping = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#shares = new ConnectionShares(options.maxConnections, (lane) => this.#makeRunnable(lane))
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), 100)
    this.#tick()
  }

  /** Starts nothing new, waits for what is under way, and gives back what was only claimed. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    if (this.#timer) clearInterval(this.#timer)
    const until = Date.now() + graceMs
    while (this.#underWay.size > 0 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await this.release()
  }

  /** Gives back what was only claimed, for others to send. */
  async release(): Promise<void> {
    await this.#giveBack([...this.#lanes.values()].flatMap((lane) => lane.drain()))
  }

  get underWay(): number {
    return this.#underWay.size
  }

  offer(lanes: readonly string[], isBulk: boolean): { owner: string; until: number } | null {
    if (this.#stopping || !this.#options.probation.isFull || this.#inMemory >= mostInMemory) return null
    if (!lanes.every(this.#options.carries)) return null
    const now = this.#options.clock.now()
    const willing = lanes.every((name) => {
      const lane = this.#lane(name)
      const hop = this.#hopOf(lane)
      const hasRoom = lane.size < mostInLane && (!isBulk || lane.bulk < mostBulkInLane)
      return hasRoom && hop !== null && !hop.isDown
    })
    return willing ? { owner: this.#options.owner, until: now + this.#options.leaseMs } : null
  }

  take(acceptance: Acceptance, suppressed: readonly SuppressedDelivery[]): void {
    const until = acceptance.lease?.until ?? 0
    for (const job of jobsOf(acceptance, suppressed)) this.#enqueue(job, 'hand-over', until)
    this.#pump()
  }

  wake(name: string, dueAt: number): void {
    if (!this.#options.carries(name)) return
    const lane = this.#lane(name)
    if (lane.nextDue === null || dueAt < lane.nextDue) lane.nextDue = dueAt
  }

  #lane(name: string): LaneQueue {
    let lane = this.#lanes.get(name)
    if (!lane) this.#lanes.set(name, (lane = new LaneQueue(name)))
    return lane
  }

  #hopOf(lane: LaneQueue): Hop | null {
    lane.hop = this.#options.hops.of(lane.lane, lane.hop)
    return lane.hop
  }

  #enqueue(job: Job, from: 'hand-over' | 'store', leaseUntil: number): void {
    const lane = this.#lane(job.lane)
    for (const part of splitJob(job)) {
      lane.add(part, from)
      this.#leases.hold(part, leaseUntil)
      this.#inMemory += 1
    }
    this.#makeRunnable(lane)
  }

  #makeRunnable(lane: LaneQueue): void {
    if (lane.isRunnable) return
    lane.isRunnable = true
    this.#line.push(lane)
  }

  #tick(): void {
    const now = this.#options.clock.now()
    for (const [name, lane] of this.#lanes) {
      if (lane.nextDue !== null && lane.nextDue <= now && !lane.isClaiming) this.#makeRunnable(lane)
      else if (lane.nextDue === null && lane.size === 0 && !lane.isRunnable && !lane.isClaiming)
        this.#lanes.delete(name)
    }
    for (const hop of this.#options.hops.all()) if (hop.parked.size > 0) this.#unpark(hop, now)
    if (now - this.#lastLook >= lookEveryMs) void this.#look(now)
    if (now - this.#renewed > this.#options.leaseMs / 3) void this.#renew(now)
    if (now - this.#swept > sweepEveryMs) this.#sweepHops(now)
    this.#pump()
  }

  #sweepHops(now: number): void {
    this.#swept = now
    this.#options.hops.sweep(now, new Set([...this.#lanes.values()].map((lane) => lane.hop)))
  }

  /** Asks the store which lanes have something due: mail of other processes, and what people have released. */
  async #look(now: number): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    this.#lastLook = now
    try {
      for (const { lane, nextDue, orderedAt } of await this.#options.reader.lanes()) {
        if (!this.#options.carries(lane)) continue
        this.wake(lane, nextDue)
        // Whoever has mended a next hop and says so need not wait until it is believed to be up again.
        if (orderedAt !== null) this.#hopOf(this.#lane(lane))?.tryAgain(orderedAt)
      }
    } catch (cause) {
      this.#options.log.warn(
        { cause: String(cause) },
        'the store could not be asked for waiting mail; asked again in a second',
      )
    } finally {
      this.#looking = false
    }
  }

  #unpark(hop: Hop, now: number): void {
    if (!hop.hasRoom(now, this.#options.laneConnections())) return
    for (const lane of hop.parked) this.#makeRunnable(lane)
    hop.parked.clear()
  }

  #pump(): void {
    if (this.#pumping || this.#stopping) return
    this.#pumping = true
    const now = this.#options.clock.now()
    while (this.#line.length > 0 && this.#underWay.size < this.#options.maxConnections) {
      const lane = this.#line.shift()
      if (!lane) break
      lane.isRunnable = false
      this.#serve(lane, now)
    }
    this.#pumping = false
  }

  /** One turn of a lane: a message, or a claim for more. */
  #serve(lane: LaneQueue, now: number): void {
    const hop = this.#hopOf(lane)
    if (hop === null) {
      // The directory cannot say where it goes; asked again in a few seconds.
      lane.nextDue = now + 5000
      void this.#giveBack(lane.drain())
      return
    }
    if (!hop.hasRoom(now, this.#options.laneConnections())) {
      hop.parked.add(lane)
      if (hop.isDown) void this.#giveBack(lane.drain())
      return
    }
    if (this.#looksUp(hop)) {
      hop.parked.add(lane)
      return
    }
    if (!this.#shares.admits(lane, hop)) return
    // Mail to one may wait in the store while mail to many fills the memory.
    if (lane.size < 10 || (lane.size - lane.bulk < 10 && lane.bulk < 3 * mostBulkInLane))
      this.#claimMore(lane, hop, now)
    if (lane.size === 0) return
    const hopWaitMs = hop.takePace(now, this.#options.lanePace())
    const waitMs = hopWaitMs || this.#options.reserve(hop)
    if (waitMs > 0) {
      const place = hopWaitMs > 0 || hop.receiver === '' ? hop.name : hop.receiver
      this.#pause(lane, place, Math.min(longestWaitMs, waitMs))
      return
    }
    const job = lane.next()
    if (job && this.#leases.isOurs(job, now)) void this.#run(job, lane, hop)
    else if (job) this.#letGo(job)
    if (lane.size > 0) this.#makeRunnable(lane)
  }

  #pause(lane: LaneQueue, place: string, waitMs: number): void {
    const known = this.#paused.get(place)
    if (known) {
      known.add(lane)
      return
    }
    this.#paused.set(place, new Set([lane]))
    setTimeout(() => {
      const lanes = this.#paused.get(place) ?? []
      this.#paused.delete(place)
      for (const each of lanes) this.#makeRunnable(each)
      this.#pump()
    }, waitMs)
  }

  /** Whether mail has to wait until it is known who runs the servers of a hop: a receiver may have told its pace. */
  #looksUp(hop: Hop): boolean {
    const { lookUp } = this.#options
    if (lookUp === null || hop.receiver !== '' || hop.isOwn) return false
    if (hop.isLookedUp === 'in-vain') {
      hop.isLookedUp = 'no'
      return false
    }
    if (hop.isLookedUp === 'now') return true
    hop.isLookedUp = 'now'
    void lookUp(hop).then(() => {
      hop.isLookedUp = hop.receiver === '' ? 'in-vain' : 'no'
      this.#unpark(hop, this.#options.clock.now())
      this.#pump()
    })
    return true
  }

  #claimMore(lane: LaneQueue, hop: Hop, now: number): void {
    if (lane.isClaiming || lane.nextDue === null || lane.nextDue > now || this.#stopping) return
    const wanted = hop.isDown ? 1 : Math.min(mostInLane, Math.max(4, hop.window * 2))
    const { store, owner, leaseMs, probation } = this.#options
    const limit = probation.take(wanted)
    if (limit === 0) return
    lane.isClaiming = true
    lane.nextDue = null
    store.claim(lane.name, owner, now, now + leaseMs, limit).then(
      ({ jobs, nextDue }) => {
        lane.isClaiming = false
        probation.refund(limit - jobs.length)
        if (nextDue !== null) this.wake(lane.name, nextDue)
        for (const job of jobs) this.#enqueue(job, 'store', now + leaseMs)
        if (this.#stopping || !probation.mayCarry) void this.#giveBack(lane.drain())
        else this.#pump()
      },
      (cause: unknown) => {
        lane.isClaiming = false
        this.wake(lane.name, now + 1000)
        this.#options.log.warn(
          { lane: lane.name, cause: String(cause) },
          'waiting mail could not be claimed; tried again in a second',
        )
      },
    )
  }

  /** Its lease has ended before its turn came: it is due in the store, or somebody else has sent it. */
  #letGo(job: Job): void {
    this.#inMemory -= 1
    this.#leases.end(job)
    this.wake(job.lane, this.#options.clock.now())
    this.#options.log.info({ message: job.message.id }, 'a delivery was left to others: its lease has ended')
  }

  async #run(job: Job, lane: LaneQueue, hop: Hop): Promise<void> {
    this.#inMemory -= 1
    this.#underWay.add(job)
    hop.busy += 1
    const giveBack = this.#shares.take(lane, hop)
    try {
      const end = await this.#options.deliver(job, hop, () =>
        this.#leases.isOurs(job, this.#options.clock.now()),
      )
      if (end === 'not-tried') await this.#postpone(job)
    } catch (cause) {
      // The lease ends by itself and the mail is tried again; nothing is known of what became of this try.
      this.#options.log.error(
        { message: job.message.id, cause: String((cause as Error).stack ?? cause) },
        'a delivery could not be brought to its end',
      )
    }
    hop.busy -= 1
    this.#underWay.delete(job)
    this.#leases.end(job)
    giveBack()
    this.#unpark(hop, this.#options.clock.now())
    if (lane.nextDue !== null || lane.size > 0) this.#makeRunnable(lane)
    this.#pump()
  }

  /** Given back for a while, so that it comes neither at once nor as late as its lease ends. */
  async #postpone(job: Job): Promise<void> {
    const dueAt = this.#options.clock.now() + notTriedWaitMs
    await this.#options.store.giveBack(this.#options.owner, keysOf(job), dueAt)
    this.wake(job.lane, dueAt)
  }

  async #giveBack(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return
    this.#inMemory -= jobs.length
    const now = this.#options.clock.now()
    for (const job of jobs) {
      this.#leases.end(job)
      this.wake(job.lane, now)
    }
    await this.#options.store.giveBack(this.#options.owner, jobs.flatMap(keysOf), now).catch(() => undefined)
  }

  async #renew(now: number): Promise<void> {
    this.#renewed = now
    const held = this.#leases.running(now)
    if (held.length === 0) return
    const { store, owner, leaseMs, log, clock } = this.#options
    await store.renew(owner, held.flatMap(keysOf), now + leaseMs).then(
      () => this.#leases.renewed(held, clock.now(), now + leaseMs),
      (cause: unknown) => log.warn({ cause: String(cause) }, 'leases could not be renewed'),
    )
  }
}

function keysOf(job: Job): { messageId: string; n: number }[] {
  return job.recipients.map(({ n }) => ({ messageId: job.message.id, n }))
}

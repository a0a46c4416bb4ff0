import type { Alarms } from '#ground/platform/alarms.ts'
import { AwakeTime } from '#ground/platform/awake-time.ts'
import type { Log } from '#ground/platform/log.ts'
import type { InspectionEnd, InspectionJob, InspectionOutcome } from './inspection-job.ts'
import { InspectionThreadLink, type ThreadAnswer, type ThreadDeath } from './inspection-thread-link.ts'
import { SlowMembers } from './slow-member.ts'
import { TenantTurns } from './tenant-turns.ts'

export interface PoolOptions {
  /** File that an inspection thread runs. */
  readonly entry: URL
  /** What a thread is told at its start. */
  readonly threadData: object
  readonly threads: number
  readonly threadMemory: number
  readonly stallLimitMs: number
  readonly slowStartMs: number
  readonly alarms: Alarms
  readonly log: Log
  readonly onOutcome: (outcome: InspectionOutcome, job: InspectionJob) => void
}

interface Waiting {
  readonly job: InspectionJob
  /** How many threads have died of what they had in hand, with this message among it. */
  readonly strikes: number
  /** It has been in hand alone. */
  readonly isSuspect: boolean
  readonly resolve: (end: InspectionEnd) => void
}

/** Jobs that one thread works on at a time; most of a job is waiting for DNS. */
const jobsPerThread = 16
const lookEveryMs = 250
/** How long it is told that a thread was slow and replaced. */
const alarmStaysMs = 600_000

/**
 * The inspection threads.
 *
 *   busy threads    get up to sixteen jobs each; tenants take turns for the next free place
 *   the ward        one thread on which messages that were there when a thread died are tried again, one at a time
 *
 * A thread that does not come back to its event loop, runs out of memory or dies is replaced, and whoever was in
 * it goes to the ward. Who kills the ward as well is poison and is set aside; the others come out of it unharmed.
 * A thread that was only away, since the machine or a disk stood still, is held against nobody: who was in it is tried
 * alone, and what ends so there too is unfinished and is tried again later, however often.
 * A thread much slower than its peers is replaced too; a new one starts with a small share.
 */
export class InspectionPool {
  readonly #options: PoolOptions
  readonly #waiting = new TenantTurns<Waiting>()
  readonly #ward: Waiting[] = []
  readonly #slow = new SlowMembers<InspectionThreadLink>()
  #wardThread: InspectionThreadLink | null = null
  #wardRuns = false
  #threads: InspectionThreadLink[] = []
  #stopped = false
  #answeredDns = false
  #threadData: object
  readonly #awake: AwakeTime
  readonly #clockwork: NodeJS.Timeout
  readonly #startedAt: number
  #comparedAt = performance.now()

  constructor(options: PoolOptions) {
    this.#options = options
    this.#threadData = options.threadData
    for (let i = 0; i < options.threads; i++) this.#threads.push(this.#startThread())
    this.#startedAt = performance.now()
    this.#awake = new AwakeTime(lookEveryMs, () => performance.now())
    this.#clockwork = setInterval(() => this.#watch(), lookEveryMs)
  }

  /** Inspects a message. Resolves once, whatever happens to the threads. */
  run(job: InspectionJob): Promise<InspectionEnd> {
    if (this.#stopped) return Promise.resolve({ kind: 'unfinished', why: 'inspection is stopping' })
    return new Promise((resolve) => {
      this.#waiting.add(job.tenant, { job, strikes: 0, isSuspect: false, resolve })
      this.#assign()
    })
  }

  /** Takes a job back that no thread has begun with. */
  forget(job: InspectionJob): void {
    const waiting = this.#waiting.take(job.tenant, (each) => each.job === job)
    waiting?.resolve({ kind: 'unfinished', why: 'it was not begun in time' })
  }

  /** Jobs waiting for a place. */
  get waiting(): number {
    return this.#waiting.size + this.#ward.length
  }

  /** Percent of the time since it was last asked in which the threads had work, all together. */
  busyPercent(): number {
    const shares = this.#threads.map((each) => each.busyPercent())
    return shares.reduce((sum, each) => sum + each, 0) / Math.max(1, shares.length)
  }

  get answeredDns(): boolean {
    return this.#answeredDns
  }

  /** Gives all threads new settings for checks, those that start later too. */
  takeSettings(settings: object): void {
    this.#threadData = { ...this.#threadData, settings }
    for (const thread of [...this.#threads, this.#wardThread]) thread?.takeSettings(settings)
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#clockwork)
    const why = 'inspection is stopping'
    for (const thread of [...this.#threads, this.#wardThread]) thread?.kill(why, false)
    for (let next = this.#nextWaiting(); next; next = this.#nextWaiting())
      next.resolve({ kind: 'unfinished', why })
  }

  #nextWaiting(): Waiting | undefined {
    return this.#waiting.next() ?? this.#ward.shift()
  }

  #startThread(): InspectionThreadLink {
    const { entry, threadMemory } = this.#options
    return new InspectionThreadLink(entry, this.#threadData, threadMemory, (answer) => {
      this.#answeredDns ||= answer.dnsAnswered
    })
  }

  #assign(): void {
    while (this.#waiting.size > 0) {
      const thread = this.#freeThread()
      if (!thread) return
      const next = this.#waiting.next()
      if (next) void this.#runOn(thread, next)
    }
  }

  /** The thread with most room, new ones counting for less until they have warmed up. */
  #freeThread(): InspectionThreadLink | undefined {
    let best: InspectionThreadLink | undefined
    let bestRoom = 0
    for (const thread of this.#threads) {
      const age = performance.now() - thread.startedAt
      // Threads that started together with the pool have no peers whose share they could leave to.
      const share =
        thread.startedAt <= this.#startedAt ? 1 : Math.min(1, 0.1 + (0.9 * age) / this.#options.slowStartMs)
      const room = Math.max(1, Math.floor(jobsPerThread * share)) - thread.busy
      if (!thread.isDead && room > bestRoom) [best, bestRoom] = [thread, room]
    }
    return best
  }

  async #runOn(thread: InspectionThreadLink, waiting: Waiting): Promise<void> {
    const answer = await thread.run(waiting.job, performance.now())
    if ('died' in answer) this.#struck(waiting, answer)
    else {
      if (answer.outcome) this.#options.onOutcome(answer.outcome, waiting.job)
      waiting.resolve(toEnd(answer))
    }
    this.#assign()
  }

  #struck(waiting: Waiting, { died: why, isByJob }: ThreadDeath): void {
    const strikes = waiting.strikes + (isByJob ? 1 : 0)
    if (this.#stopped) waiting.resolve({ kind: 'unfinished', why })
    else if (strikes >= 2) waiting.resolve({ kind: 'poison', why })
    else if (waiting.isSuspect && !isByJob) waiting.resolve({ kind: 'unfinished', why })
    else {
      this.#ward.push({ ...waiting, strikes, isSuspect: true })
      void this.#runWard()
    }
  }

  /** Tries suspects one at a time, so that a second death has one name. */
  async #runWard(): Promise<void> {
    if (this.#wardRuns) return
    this.#wardRuns = true
    for (let next = this.#ward.shift(); next; next = this.#ward.shift()) {
      if (this.#wardThread === null || this.#wardThread.isDead) this.#wardThread = this.#startThread()
      await this.#runOn(this.#wardThread, next)
    }
    this.#wardThread?.kill('the ward is empty', false)
    this.#wardThread = null
    this.#wardRuns = false
  }

  #watch(): void {
    const now = performance.now()
    const step = this.#awake.step()
    for (const thread of [...this.#threads, this.#wardThread]) {
      const stall = thread?.stall(step, this.#options.stallLimitMs) ?? null
      if (!thread || stall === null) continue
      const { why, isByJob } = stall
      this.#options.log.warn({ jobs: thread.busy, why }, 'an inspection thread is stuck and was replaced')
      thread.kill(why, isByJob)
    }
    if (now - this.#comparedAt > 10_000) this.#compare(now)
    this.#replaceDead()
  }

  #replaceDead(): void {
    if (this.#stopped || !this.#threads.some((thread) => thread.isDead)) return
    this.#threads = this.#threads.map((thread) => (thread.isDead ? this.#startThread() : thread))
    this.#assign()
  }

  /** PL-06: a member slower than twice its peers is out within a minute; its messages go to the others. */
  #compare(now: number): void {
    this.#comparedAt = now
    const slow = this.#slow.look(
      this.#threads.map((member) => ({ member, durations: member.durations.splice(0) })),
    )
    if (slow === null) return
    this.#options.alarms.pulse(
      'inspection-thread-slow',
      'outlier',
      `an inspection thread took ${Math.round(slow.tookMs)} ms where its peers took ${Math.round(slow.peersMs)} ms, and was replaced`,
      alarmStaysMs,
    )
    slow.member.kill('it was slower than twice its peers', false)
  }
}

function toEnd(answer: ThreadAnswer): InspectionEnd {
  if (answer.outcome) return { kind: 'complete', outcome: answer.outcome }
  return { kind: 'unfinished', why: answer.error ?? 'no outcome' }
}

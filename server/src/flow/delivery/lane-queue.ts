import { type Lane, parseLane } from '#flow/spool/lane.ts'
import type { Job } from './delivery-store.ts'
import type { Hop } from './hop.ts'

const bulkEvery = 5

/**
 * The part of a lane that is in memory: a handful of claimed jobs. The rest of the queue is rows in the store,
 * so that a million waiting messages cost no memory.
 */
export class LaneQueue {
  readonly name: string
  readonly lane: Lane
  readonly #fresh: Job[] = []
  readonly #tried: Job[] = []
  readonly #bulk: Job[] = []
  #turn = 0
  hop: Hop | null = null
  /** When the store has something due for it; null: nothing known. */
  nextDue: number | null = null
  isClaiming = false
  /** Whether it stands in the scheduler's line. */
  isRunnable = false

  constructor(name: string) {
    this.name = name
    this.lane = parseLane(name)
  }

  get size(): number {
    return this.#fresh.length + this.#tried.length + this.#bulk.length
  }

  /** Of these, mail to many. */
  get bulk(): number {
    return this.#bulk.length
  }

  /** Whether nothing else is in memory; what is in the store may be anything. */
  get hasOnlyBulk(): boolean {
    return this.#bulk.length > 0 && this.#bulk.length === this.size
  }

  /** Adds a job that has just been accepted, or one that was claimed from the store. */
  add(job: Job, from: 'hand-over' | 'store'): void {
    if (job.message.isBulk) this.#bulk.push(job)
    else if (from === 'hand-over') this.#fresh.push(job)
    else this.#tried.push(job)
  }

  /**
   * New mail and mail that waited take turns, so that neither keeps the other from leaving; mail to many goes last, but
   * has every fifth turn.
   */
  next(): Job | undefined {
    this.#turn += 1
    if (this.#turn % bulkEvery === 0 && this.#bulk.length > 0) return this.#bulk.shift()
    const [first, second] = this.#turn % 2 === 0 ? [this.#fresh, this.#tried] : [this.#tried, this.#fresh]
    return first.shift() ?? second.shift() ?? this.#bulk.shift()
  }

  /** All jobs, taken out: for giving them back. */
  drain(): Job[] {
    return [...this.#fresh.splice(0), ...this.#tried.splice(0), ...this.#bulk.splice(0)]
  }
}

import { type Lane, parseLane } from '#flow/spool/lane.ts'
import type { Job } from './delivery-store.ts'
import type { Hop } from './hop.ts'

/**
 * The part of a lane that is in memory: a handful of claimed jobs. The rest of the queue is rows in the store,
 * so that a million waiting messages cost no memory.
 */
export class LaneQueue {
  readonly name: string
  readonly lane: Lane
  readonly #fresh: Job[] = []
  readonly #tried: Job[] = []
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
    return this.#fresh.length + this.#tried.length
  }

  /** Adds a job that has just been accepted, or one that was claimed from the store. */
  add(job: Job, from: 'hand-over' | 'store'): void {
    if (from === 'hand-over') this.#fresh.push(job)
    else this.#tried.push(job)
  }

  /** New mail and mail that waited take turns, so that neither keeps the other from leaving. */
  next(): Job | undefined {
    this.#turn += 1
    const [first, second] = this.#turn % 2 === 0 ? [this.#fresh, this.#tried] : [this.#tried, this.#fresh]
    return first.shift() ?? second.shift()
  }

  /** All jobs, taken out: for giving them back. */
  drain(): Job[] {
    return [...this.#fresh.splice(0), ...this.#tried.splice(0)]
  }
}

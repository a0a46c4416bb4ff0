import { isProbeLane } from './lane.ts'
import type { Direction } from './message.ts'

/** Deliveries that came into a lane and that left it, whatever became of them. */
export interface LaneSums {
  readonly lane: string
  readonly came: number
  readonly gone: number
}

/** Figures of all processes together, for a quarter of an hour. */
export interface LaneFlowStore {
  /** Adds what came and left in the step of time that ends at `at` (ms), and forgets what is older than `forgetBefore`. */
  add(at: number, sums: readonly LaneSums[], forgetBefore: number): Promise<void>
  /** Sums by lane over all steps from `since` on (ms). */
  sums(since: number): Promise<LaneSums[]>
  /** Deliveries of a direction that wait now, by the books. */
  waiting(direction: Direction): Promise<number>
}

/** Lanes counted at a time; a flood of made-up domains must not fill the memory. */
const mostLanes = 20_000

/** What came into each lane and left it since it was last asked, as this process has seen it. */
export class LaneFlow {
  #sums = new Map<string, { came: number; gone: number }>()

  came(lane: string): void {
    const sums = this.#of(lane)
    if (sums) sums.came += 1
  }

  left(lane: string): void {
    const sums = this.#of(lane)
    if (sums) sums.gone += 1
  }

  /** Everything that was counted; counting begins anew. */
  take(): LaneSums[] {
    const sums = [...this.#sums].map(([lane, each]) => ({ lane, ...each }))
    this.#sums = new Map()
    return sums
  }

  #of(lane: string): { came: number; gone: number } | null {
    const known = this.#sums.get(lane)
    if (known) return known
    if (this.#sums.size >= mostLanes || isProbeLane(lane)) return null
    const sums = { came: 0, gone: 0 }
    this.#sums.set(lane, sums)
    return sums
  }
}

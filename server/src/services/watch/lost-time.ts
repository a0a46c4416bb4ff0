export const losses = ['disk', 'lock', 'halt'] as const
/** What time can be lost to: syncs of the disk, the lock of the store, and moments in which the process did not run. */
export type Loss = (typeof losses)[number]

/** Shorter stretches are what work takes. */
const leastMs = 300
/** What is looked at, in stretches of a second. */
const seconds = 10
/** Shares of it from which it is told, and below which it is over. */
const shares = { from: 0.4, until: 0.1 }

/**
 * How much of the last seconds a process has lost, and to what. While a process stands still everything in it takes
 * long: that time counts for nothing else.
 */
export class LostTime {
  readonly #lost = new Map<Loss, number[]>(losses.map((each) => [each, []]))
  readonly #told = new Set<Loss>()

  /** Notes a stretch that has just ended. */
  note(loss: Loss, tookMs: number): void {
    const sums = this.#lost.get(loss) ?? []
    if (tookMs >= leastMs) sums[0] = (sums[0] ?? 0) + tookMs
  }

  /** Called each second: the share that is lost to each that too much is lost to, or was until just now. */
  look(): ReadonlyMap<Loss, number> {
    const halted = this.#shareOf('halt')
    for (const loss of losses) {
      const share = this.#netShare(loss, halted)
      if (share >= shares.from) this.#told.add(loss)
      else if (share < shares.until) this.#told.delete(loss)
    }
    const found = new Map([...this.#told].map((loss) => [loss, this.#netShare(loss, halted)]))
    for (const sums of this.#lost.values()) {
      sums.unshift(0)
      sums.length = Math.min(sums.length, seconds)
    }
    return found
  }

  #netShare(loss: Loss, halted: number): number {
    return loss === 'halt' ? halted : Math.max(0, this.#shareOf(loss) - halted)
  }

  /** A stretch that ended just now may be longer than all that is looked at. */
  #shareOf(loss: Loss): number {
    const sums = this.#lost.get(loss) ?? []
    return Math.min(1, sums.reduce((sum, each) => sum + (each ?? 0), 0) / (seconds * 1000))
  }
}

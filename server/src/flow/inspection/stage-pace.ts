/** Parts of the window that are counted apart, so that old figures leave it little by little. */
const parts = 30

/**
 * How large a share of a stage's work was slow lately. Counts instead of kept durations: exact at any rate, and the
 * p95 is above a limit just when more than a twentieth is.
 */
export class StagePace {
  readonly #windowMs: number
  #since: number
  #counts: { part: number; all: number; slow: number }[] = []

  constructor(windowMs: number, now: number) {
    this.#windowMs = Math.max(1, windowMs)
    this.#since = now
  }

  /** Forgets what was; a whole window has to pass before there is a share again. */
  restart(now: number): void {
    this.#since = now
    this.#counts = []
  }

  note(isSlow: boolean, now: number): void {
    const part = Math.floor((now * parts) / this.#windowMs)
    const last = this.#counts.at(-1)
    const count = last?.part === part ? last : { part, all: 0, slow: 0 }
    if (count !== last) {
      this.#counts.push(count)
      if (this.#counts.length > parts) this.#counts.shift()
    }
    count.all += 1
    if (isSlow) count.slow += 1
  }

  /** The share within the window; null while less than a window, or fewer than `enough`, is known. */
  slowShare(now: number, enough: number): number | null {
    if (now - this.#since < this.#windowMs) return null
    const oldest = Math.floor((now * parts) / this.#windowMs) - parts
    let [all, slow] = [0, 0]
    for (const each of this.#counts)
      if (each.part > oldest) {
        all += each.all
        slow += each.slow
      }
    return all < enough ? null : slow / all
  }
}

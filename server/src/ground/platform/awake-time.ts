/**
 * Time as a process lives through it. Somebody who looks again and again, and finds that far more time has passed than
 * between two looks, stood still himself: what he did not see then says nothing of others.
 */
export class AwakeTime {
  readonly #longestStepMs: number
  readonly #now: () => number
  #lookedAt: number

  /** @param lookMs how often it is looked */
  constructor(lookMs: number, now: () => number) {
    this.#longestStepMs = 2 * lookMs
    this.#now = now
    this.#lookedAt = now()
  }

  /** Milliseconds since the last look, as far as this process was awake. */
  step(): number {
    const at = this.#now()
    const step = Math.min(at - this.#lookedAt, this.#longestStepMs)
    this.#lookedAt = at
    return Math.max(0, step)
  }
}

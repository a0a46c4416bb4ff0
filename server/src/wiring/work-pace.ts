import { threadMs } from '#ground/platform/thread-time.ts'

/** Others have a turn when something has computed for so long (ms). */
const turnMs = 10

/** Lets others have a turn while something computes, and ends it where it takes too long. */
export class WorkPace {
  readonly #mostMs: number
  readonly #now: () => number
  #spentMs = 0
  #since: number

  /** @param mostMs time that all of it may compute; @param now time of this thread in milliseconds */
  constructor(mostMs: number, now: () => number = threadMs) {
    this.#mostMs = mostMs
    this.#now = now
    this.#since = now()
  }

  /** Called between two steps of the work. @throws Error where it has computed for too long */
  async breathe(): Promise<void> {
    const took = this.#now() - this.#since
    if (this.#spentMs + took > this.#mostMs)
      throw new Error(`comparing the outcomes took longer than ${this.#mostMs} ms`)
    if (took < turnMs) return
    this.#spentMs += took
    await new Promise((resolve) => setImmediate(resolve))
    this.#since = this.#now()
  }
}

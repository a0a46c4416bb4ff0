const firstMs = 1000
const mostMs = 30_000
/** Who has run so long has not ended for the reason of the end before. */
const goodRunMs = 300_000

/** How long to wait before each start: twice as long each time, and short again after a good run. */
export class RestartWaits {
  #nextMs = firstMs

  /** Answers the wait before the next start (ms). @param ranMs how long the server had been up as a whole; 0: not at all */
  after(ranMs: number): number {
    if (ranMs >= goodRunMs) this.#nextMs = firstMs
    const wait = this.#nextMs
    this.#nextMs = Math.min(mostMs, 2 * wait)
    return wait
  }
}

/** Resident memory of this process, measured once a second so that asking costs nothing. */
export class MemoryWatch {
  #bytes = process.memoryUsage.rss()
  readonly #timer = setInterval(() => {
    this.#bytes = process.memoryUsage.rss()
  }, 1000).unref()

  get bytes(): number {
    return this.#bytes
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

const flushEveryMs = 1000
/** Sums held at a time; strangers decide how many kinds there are, so what is beyond waits for the next second. */
const mostSums = 5000

export interface SummedNotesOptions<Item, Sums> {
  /** Items with the same key are added up. */
  readonly keyOf: (item: Item) => string
  readonly start: (item: Item) => Sums
  readonly add: (sums: Sums, item: Item) => void
  readonly write: (sums: readonly Sums[]) => Promise<void>
}

/** Adds things up, so that the store is told of them once a second and not for each message. */
export class SummedNotes<Item, Sums> {
  readonly #options: SummedNotesOptions<Item, Sums>
  readonly #timer: NodeJS.Timeout
  #sums = new Map<string, Sums>()

  constructor(options: SummedNotesOptions<Item, Sums>) {
    this.#options = options
    this.#timer = setInterval(() => void this.flush(), flushEveryMs)
  }

  note(item: Item): void {
    const { keyOf, start, add } = this.#options
    const key = keyOf(item)
    let sums = this.#sums.get(key)
    if (sums === undefined) {
      if (this.#sums.size >= mostSums) return
      sums = start(item)
      this.#sums.set(key, sums)
    }
    add(sums, item)
  }

  /** Writes what has gathered. What cannot be written is dropped: sums are evidence, and no message waits for them. */
  async flush(): Promise<void> {
    if (this.#sums.size === 0) return
    const sums = [...this.#sums.values()]
    this.#sums = new Map()
    await this.#options.write(sums).catch(() => undefined)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

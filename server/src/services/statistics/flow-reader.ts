import type { DomainFlow, StatisticsStore } from './statistics-store.ts'

/** What is known of the flow of some domains. */
export interface FlowFigures {
  /** How far the sums reach; 0: there are none, or they cannot be read and never were. */
  readonly completeUpTo: number
  readonly flows: readonly DomainFlow[]
  /** Why they cannot be read, and since when nothing is known; null: they were read. */
  readonly unreadable: { readonly since: number } | null
}

/**
 * Reads the figures behind the flow of domains. Figures that cannot be read are no fault of a domain and no fault of who
 * asks: they are unknown, since the moment that they last reached to.
 */
export class FlowReader {
  readonly #store: Pick<StatisticsStore, 'position' | 'flowOf'>
  readonly #now: () => number
  #reached = 0
  #failedAt: number | null = null

  constructor(store: Pick<StatisticsStore, 'position' | 'flowOf'>, now: () => number) {
    this.#store = store
    this.#now = now
  }

  async read(domains: readonly string[]): Promise<FlowFigures> {
    try {
      const { completeUpTo } = await this.#store.position()
      this.#reached = completeUpTo
      const flows = await this.#store.flowOf(domains)
      this.#failedAt = null
      return { completeUpTo, flows, unreadable: null }
    } catch {
      this.#failedAt ??= this.#now()
      const since = this.#reached === 0 ? this.#failedAt : Math.min(this.#reached, this.#failedAt)
      return { completeUpTo: this.#reached, flows: [], unreadable: { since } }
    }
  }
}

import { NotCountedError, type PeopleCount } from './count-people.ts'

/** A count, and when it was begun: what came later is not in it. Milliseconds since 1970. */
export interface Counted {
  readonly at: number
  readonly sums: PeopleCount
}

/** Counts that are kept; each is of one reach and time. */
const mostKept = 20
const leastGoodMs = 60_000
/** One that took long is good for so much longer than it took: else the next would begin where it ends. */
const goodForTook = 3

interface Kept {
  readonly found: Promise<Counted>
  /** Until when it is told; null: it is not done. */
  goodUntil: number | null
}

/**
 * What has been counted, for all who ask for the same within a minute: an answer that came too late for a page is there when it
 * asks again. That something is too much to be counted is kept as well, and no other failure.
 */
export class KeptCounts {
  readonly #now: () => number
  readonly #kept = new Map<string, Kept>()

  constructor(now: () => number) {
    this.#now = now
  }

  of(key: string, count: () => Promise<Counted>): Promise<Counted> {
    const now = this.#now()
    for (const [each, { goodUntil }] of this.#kept)
      if (goodUntil !== null && goodUntil <= now) this.#kept.delete(each)
    const known = this.#kept.get(key)
    if (known) return known.found
    const kept: Kept = { found: count(), goodUntil: null }
    this.#kept.set(key, kept)
    kept.found.then(
      ({ at }) => this.#keep(kept, at),
      (cause: unknown) => {
        if (cause instanceof NotCountedError) this.#keep(kept, now)
        else if (this.#kept.get(key) === kept) this.#kept.delete(key)
      },
    )
    return kept.found
  }

  #keep(kept: Kept, begunAt: number): void {
    const doneAt = this.#now()
    kept.goodUntil = doneAt + Math.max(leastGoodMs, goodForTook * (doneAt - begunAt))
    for (const [each, { goodUntil }] of this.#kept)
      if (this.#kept.size > mostKept && goodUntil !== null) this.#kept.delete(each)
  }
}

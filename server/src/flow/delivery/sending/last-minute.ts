const minuteMs = 60_000

/**
 * Moments of the last minute, the newest ones where there are very many. Each costs the same, however many there are: a
 * receiver that takes hundreds of messages a second is noted hundreds of times a second.
 */
export class LastMinute {
  readonly #most: number
  #moments: number[] = []
  /** Those before this one are over. */
  #first = 0

  /** @param most how many are remembered */
  constructor(most: number) {
    this.#most = most
  }

  /** Notes that it happened now, in ms. */
  note(now: number): void {
    this.#moments.push(now)
    this.#forget(now)
  }

  /** How often it happened in the minute before `now`. */
  count(now: number): number {
    this.#forget(now)
    return this.#moments.length - this.#first
  }

  /** The oldest moment in the minute before `now`; undefined: there is none. */
  first(now: number): number | undefined {
    this.#forget(now)
    return this.#moments[this.#first]
  }

  #forget(now: number): void {
    const moments = this.#moments
    this.#first = Math.max(this.#first, moments.length - this.#most)
    while ((moments[this.#first] ?? now) <= now - minuteMs) this.#first += 1
    if (this.#first < this.#most) return
    moments.splice(0, this.#first)
    this.#first = 0
  }
}

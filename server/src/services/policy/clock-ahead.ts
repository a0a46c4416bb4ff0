/** So far ahead of each other clocks of processes may be, and no further. */
const mostAheadMs = 300_000

/**
 * Whether a moment was written by a clock that was ahead and has been set back since: until it comes, nothing that is
 * counted from it would ever be over.
 */
export function isAhead(moment: number, now: number): boolean {
  return moment - now > mostAheadMs
}

/** From this moment on all moments are ahead. */
export function aheadFrom(now: number): number {
  return now + mostAheadMs + 1
}

/** So long it has to be seen that a moment is ahead before that is put right: the present clock may be the wrong one. */
const provedMs = 3_600_000

/**
 * Moments that were written by a clock that was ahead, as far as that is proved: a machine that has just begun may be behind
 * until it has asked what time it is, and what it put right then would have begun in the past when it knows.
 */
export class AheadTimes {
  readonly #seen = new Map<string, number>()
  readonly #runningMs: () => number

  /** @param runningMs milliseconds of a clock that is never set */
  constructor(runningMs: () => number) {
    this.#runningMs = runningMs
  }

  /** Those that this process has seen ahead for an hour without a break. Called with all there are, every few minutes at least. */
  proved<Step extends { readonly id: string; readonly since: number }>(
    steps: readonly Step[],
    now: number,
  ): Step[] {
    const keyOf = ({ id, since }: Step) => `${id} ${since}`
    const ahead = steps.filter(({ since }) => isAhead(since, now))
    const keys = new Set(ahead.map(keyOf))
    for (const key of this.#seen.keys()) if (!keys.has(key)) this.#seen.delete(key)
    for (const key of keys) if (!this.#seen.has(key)) this.#seen.set(key, this.#runningMs())
    return ahead.filter(
      (each) => this.#runningMs() - (this.#seen.get(keyOf(each)) ?? Number.POSITIVE_INFINITY) >= provedMs,
    )
  }
}

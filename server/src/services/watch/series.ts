/** Good values that the baseline is taken from: two hours of half minutes. */
const remembered = 240
/** Fewer of them are no baseline. */
const enoughRemembered = 10
/** The baseline is what nine of ten good periods stayed below, so that a peak at each full hour is usual. */
const usualRank = 0.9
/** Bad periods after which the new level is the usual one: a day of half minutes. */
const lastingBad = 2880

export type SeriesState = 'good' | 'bad' | 'unknown'

/** The values of one measurement, period by period: its usual level, and how it does now. */
export class Series {
  /** As they came, and by size. */
  readonly #good: number[] = []
  readonly #sorted: number[] = []
  #badRow = 0
  #goodRow = 0
  #badSince = 0
  #lastBadAt = Number.NEGATIVE_INFINITY
  #state: SeriesState = 'unknown'

  /** What nine of ten good periods stayed below; null: too few of them yet. */
  get usual(): number | null {
    if (this.#good.length < enoughRemembered) return null
    return this.#sorted[Math.floor(this.#sorted.length * usualRank)] ?? null
  }

  /** bad: two bad periods in a row; good: two good ones; unknown: neither, or nothing was measured. */
  get state(): SeriesState {
    return this.#state
  }

  /** Bad periods of this row, with none or one good one between them. */
  get badPeriods(): number {
    return this.#badRow
  }

  /** Whether a bad period is not followed by two good ones yet. */
  get isSuspect(): boolean {
    return this.#badRow > 0
  }

  /** When the first bad period of this row began. */
  get badSince(): number {
    return this.#badSince
  }

  /** The last period that was bad. */
  get lastBadAt(): number {
    return this.#lastBadAt
  }

  /** Takes the value of a period. @param isOnItsWay it changes still, so that it says nothing of what is usual */
  take(value: number, isBad: boolean, at: number, isOnItsWay = false): void {
    if (isBad) {
      this.#lastBadAt = at
      if (this.#badRow === 0) this.#badSince = at
      this.#badRow += 1
      this.#goodRow = 0
    } else {
      this.#goodRow += 1
      // One good period among bad ones is not the end of a fault that is known.
      if (this.#goodRow >= 2 || this.#state !== 'bad') this.#badRow = 0
    }
    if (this.#badRow >= 2) this.#state = 'bad'
    else if (this.#goodRow >= 2) this.#state = 'good'
    // What is bad does not become usual by going on, unless it does so for a day.
    if (isOnItsWay || (isBad && this.#badRow < lastingBad)) return
    this.#good.push(value)
    this.#sorted.splice(placeOf(this.#sorted, value), 0, value)
    const oldest = this.#good.length > remembered ? this.#good.shift() : undefined
    if (oldest !== undefined) this.#sorted.splice(placeOf(this.#sorted, oldest), 1)
  }

  /**
   * Nothing was measured, or too little so far: neither bad nor good. A fault that was known stays so until two values are
   * good, however many quiet periods lie between them: with little mail none is followed by the next one at once.
   */
  miss(): void {
    if (this.#state === 'good') this.#state = 'unknown'
    if (this.#state !== 'bad') this.#goodRow = 0
  }
}

/** Where a value stands, or would stand, among sorted ones. */
function placeOf(sorted: readonly number[], value: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] ?? 0) < value) from = middle + 1
    else to = middle
  }
  return from
}

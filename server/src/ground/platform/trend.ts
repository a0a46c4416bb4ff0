/** What measured values say of the time to come. */
export type Outlook =
  /** At this pace the limit is met after so many ms. */
  | { readonly kind: 'reached'; readonly inMs: number }
  /** Not for so many ms, at this pace. */
  | { readonly kind: 'not-within'; readonly inMs: number }
  /** Too little is measured, or it goes up and down too much to say. */
  | { readonly kind: 'unknown' }

interface Sample {
  readonly at: number
  readonly value: number
}

/** The way that values take towards their limit. */
export type TrendWay = 'rising' | 'falling'

interface Line {
  /** Change a ms, and by how much that may be wrong to either side (two standard errors). */
  readonly slope: number
  readonly doubt: number
}

export interface TrendLimits {
  /** Samples that come sooner after one are left out (ms). */
  readonly everyMs: number
  /** Samples older than this count no more (ms). */
  readonly keepMs: number
  /** Nothing is said before so much time was measured (ms). */
  readonly leastMs: number
}

/** Nothing is said of more than so many times what was measured. */
const horizon = 10
const leastSamples = 5

/** Values over time, and when a straight line through them meets a limit. Times are those of a clock that is never set. */
export class Trend {
  readonly #limits: TrendLimits
  #samples: Sample[] = []

  constructor(limits: TrendLimits) {
    this.#limits = limits
  }

  note(at: number, value: number): void {
    const { everyMs, keepMs } = this.#limits
    const last = this.#samples.at(-1)
    if (last && at - last.at < everyMs) return
    this.#samples.push({ at, value })
    const first = this.#samples.findIndex((each) => each.at >= at - keepMs)
    if (first > 0) this.#samples.splice(0, first)
  }

  /** The value that was noted last; null: there is none. */
  get latest(): number | null {
    return this.#samples.at(-1)?.value ?? null
  }

  /** What was measured so far tells nothing of the time to come. */
  forget(): void {
    this.#samples = []
  }

  /** When the values meet a limit on their way; those that are there or beyond, whichever way they go now, have met it. */
  outlook(now: number, limit: number, way: TrendWay): Outlook {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    // From here on upwards is towards the limit.
    const side = way === 'rising' ? 1 : -1
    const far = last ? (limit - last.value) * side : 0
    if (last && far <= 0) return { kind: 'reached', inMs: 0 }
    const spanMs = first ? now - first.at : 0
    if (this.#samples.length < leastSamples || spanMs < this.#limits.leastMs) return { kind: 'unknown' }
    const line = fit(this.#samples)
    const [pace, most, least] = [
      line.slope * side,
      line.slope * side + line.doubt,
      line.slope * side - line.doubt,
    ]
    const inMs = far / pace
    const furthest = spanMs * horizon
    if (most <= 0 || far / most > furthest) return { kind: 'not-within', inMs: furthest }
    return least > 0 && inMs <= furthest ? { kind: 'reached', inMs } : { kind: 'unknown' }
  }
}

/** The straight line with the least squares. */
function fit(samples: readonly Sample[]): Line {
  const count = samples.length
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / count
  const mean = samples.reduce((sum, { value }) => sum + value, 0) / count
  let [squares, products] = [0, 0]
  for (const { at, value } of samples) {
    squares += (at - meanAt) ** 2
    products += (at - meanAt) * (value - mean)
  }
  const slope = products / squares
  const residue = samples.reduce((sum, { at, value }) => sum + (value - mean - slope * (at - meanAt)) ** 2, 0)
  const doubt = 2 * Math.sqrt(residue / (count - 2) / squares)
  return { slope, doubt }
}

import type { MeasuredLine } from '#ground/platform/measured-line.ts'

/** Periods that few messages are gathered over; what is not enough by then says nothing. */
const mostPeriods = 10

/** Gathers figures of quiet hours over some periods, until they are enough to be judged. */
export class Gathered {
  readonly #waiting = new Map<string, { rows: MeasuredLine[]; periods: number; at: number }>()

  /** Answers what can be judged now, and when it began; null: too little so far. */
  add(
    key: string,
    rows: readonly MeasuredLine[],
    at: number,
    count: (rows: readonly MeasuredLine[]) => number,
    least: number,
  ): { readonly rows: readonly MeasuredLine[]; readonly at: number } | null {
    const known = this.#waiting.get(key)
    if (!known && rows.length === 0) return null
    if (!known && count(rows) >= least) return { rows, at }
    const all = known ?? { rows: [], periods: 0, at }
    all.rows.push(...rows)
    all.periods += 1
    this.#waiting.set(key, all)
    const isEnough = count(all.rows) >= least
    if (isEnough || all.periods >= mostPeriods) this.#waiting.delete(key)
    return isEnough ? { rows: all.rows, at: all.at } : null
  }

  /** Drops what began before a moment and never became enough. */
  forget(before: number): void {
    for (const [key, { at }] of this.#waiting) if (at < before) this.#waiting.delete(key)
  }
}

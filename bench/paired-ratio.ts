import { createRandom } from '../training/logistic.ts'
import { percentile } from './table.ts'

/** A ratio and between what it lies in nine of ten draws. */
export interface Ratio {
  readonly value: number
  readonly low: number
  readonly high: number
}

type Windows = readonly (readonly number[])[]

const draws = 1000

/**
 * How many times the 99th percentile of all values during something is that of all values without it. Values that
 * follow each other share their hiccups, so it is pairs of windows that are drawn anew (block bootstrap), not values.
 * @param without windows in turn with those of `during`, as many
 */
export function pairedRatio(without: Windows, during: Windows): Ratio {
  const random = createRandom(17)
  const [before, beside] = [new Pool(without), new Pool(during)]
  const each = without.map(() => 1)
  const drawn = Array.from({ length: draws }, () => {
    const times = without.map(() => 0)
    for (const _ of without) times[Math.floor(random() * times.length)]! += 1
    return beside.p99(times) / before.p99(times)
  })
  return spread(beside.p99(each) / before.p99(each), drawn)
}

/** The same of windows that are alike, half of them against the other half: how far chance alone goes. */
export function ratioByChance(windows: Windows): Ratio {
  const random = createRandom(23)
  const pool = new Pool(windows)
  const drawn = Array.from({ length: draws }, () => {
    const order = windows.map((_, n) => ({ n, at: random() })).toSorted((a, b) => a.at - b.at)
    const one = new Set(order.slice(0, Math.floor(order.length / 2)).map(({ n }) => n))
    return (
      pool.p99(windows.map((_, n) => (one.has(n) ? 1 : 0))) /
      pool.p99(windows.map((_, n) => (one.has(n) ? 0 : 1)))
    )
  })
  return spread(percentile(drawn, 0.5), drawn)
}

export function writeRatio({ value, low, high }: Ratio): string {
  return `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`
}

function spread(value: number, drawn: readonly number[]): Ratio {
  return { value, low: percentile(drawn, 0.05), high: percentile(drawn, 0.95) }
}

/** Values of windows, sorted once: of each draw only the slowest hundredth is walked through. */
class Pool {
  readonly #windows: Windows
  readonly #slowestFirst: readonly { readonly value: number; readonly n: number }[]

  constructor(windows: Windows) {
    this.#windows = windows
    this.#slowestFirst = windows
      .flatMap((each, n) => each.map((value) => ({ value, n })))
      .sort((a, b) => b.value - a.value)
  }

  /** @param times how often each window is in the draw */
  p99(times: readonly number[]): number {
    const all = this.#windows.reduce((sum, each, n) => sum + each.length * (times[n] ?? 0), 0)
    let slower = 0
    for (const { value, n } of this.#slowestFirst) {
      slower += times[n] ?? 0
      if (slower >= all * 0.01) return value
    }
    return 0
  }
}

import type { MeasuredRow } from './measure-store.ts'
import type { SlowHop } from './name-cause.ts'
import { Series } from './series.ts'

/** Tries that say how long a next hop takes, and the mean of them that nobody minds (ms). */
const enough = 3
const budgetMs = 1000
/** Without a baseline only what is slow for any server is slow. */
const budgetOfStrangersMs = 5000
const tooMuch = 3
/** Of the time that all tries of a direction take. */
const mostOfIt = 0.5
/** A try that takes long ends in a later period than the one before it. */
const lastPeriods = 3
const keptMs = 3_600_000

type Direction = 'inbound' | 'outbound'

/**
 * How long tries at next hops take, against what is usual for each. It says nothing by itself: where mail waits, it tells
 * whether a next hop is what it waits for.
 */
export class HopTimes {
  readonly #usual = new Map<string, { readonly series: Series; at: number }>()
  readonly #slow = new Map<string, SlowHop & { readonly direction: Direction; readonly at: number }>()
  #at = 0
  #periodMs = 0

  /** Takes the rows of the next period. */
  take(rows: readonly MeasuredRow[], at: number): void {
    this.#periodMs = this.#at === 0 ? 0 : at - this.#at
    this.#at = at
    for (const direction of ['inbound', 'outbound'] as const) {
      const tries = rows.filter((each) => each.name === 'deliver' && each.direction === direction)
      const all = tries.reduce((sum, each) => sum + each.sumMs, 0)
      for (const [hop, mine] of Map.groupBy(tries, (each) => each.hop)) {
        const spent = mine.reduce((sum, each) => sum + each.sumMs, 0)
        const count = mine.reduce((sum, each) => sum + each.count, 0)
        if (hop !== '' && count >= enough) this.#judge(direction, hop, spent / count, spent >= mostOfIt * all)
      }
    }
    for (const kept of [this.#usual, this.#slow])
      for (const [key, entry] of kept) if (entry.at < at - keptMs) kept.delete(key)
  }

  /** The one that was slow, and took most of the time, in the last periods or within this time before them. */
  slowest(direction: Direction, withinMs: number): SlowHop | null {
    const mine = [...this.#slow.values()].filter(
      (each) => each.direction === direction && each.at >= this.#at - withinMs - lastPeriods * this.#periodMs,
    )
    const latest = mine.toSorted(
      (one, other) => other.at - one.at || other.evidence.measured - one.evidence.measured,
    )[0]
    return latest ? { hop: latest.hop, evidence: latest.evidence } : null
  }

  /** Next hops that were tried lately, by their names in the figures. */
  names(): string[] {
    return [...this.#usual.keys()].map((key) => key.slice(key.indexOf(' ') + 1))
  }

  #judge(direction: Direction, hop: string, meanMs: number, isMost: boolean): void {
    const key = `${direction} ${hop}`
    const { series } = this.#usual.get(key) ?? { series: new Series() }
    this.#usual.set(key, { series, at: this.#at })
    const { usual } = series
    const isSlow = meanMs > (usual === null ? budgetOfStrangersMs : Math.max(budgetMs, tooMuch * usual))
    series.take(meanMs, isSlow, this.#at)
    if (!isSlow || !isMost) return
    const what = `a try at the next hop ${hop} takes on average`
    const evidence = { what, measured: Math.round(meanMs), usual, unit: 'ms' as const }
    this.#slow.set(key, { hop, direction, evidence, at: this.#at })
  }
}

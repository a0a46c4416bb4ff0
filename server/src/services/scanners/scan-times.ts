/** Scans that are remembered of one set. */
const remembered = 200
const fewest = 20
/** Scans of the set in use that are looked at: those of the last minute. */
const recentMs = 60_000
/** What the set before did longer ago than this says nothing about the machine as it is now. */
const baselineMs = 2 * 3_600_000
/** A set is slow when it takes this many times what the one before took, beyond what a busy machine does. */
const slower = 3
const slowerMs = 200

interface Scan {
  readonly ms: number
  readonly at: number
}

export interface Slowness {
  readonly ms: number
  readonly beforeMs: number
}

/** Times of scans by the version of the signatures, so that a set which slows mail down is known by its name. */
export class ScanTimes {
  readonly #scans = new Map<string, Scan[]>()

  note(version: string, ms: number, at: number): void {
    const scans = this.#scans.get(version) ?? []
    this.#scans.set(version, scans)
    scans.push({ ms, at })
    if (scans.length > remembered) scans.shift()
    if (this.#scans.size > 5) this.#scans.delete(this.#scans.keys().next().value as string)
  }

  /** How much slower scans by one set are than those by another; null: they are not, or too little is known. */
  slowness(version: string, before: string, now: number): Slowness | null {
    const ms = median(this.#of(version, now - recentMs))
    const beforeMs = median(this.#of(before, now - baselineMs))
    if (ms === null || beforeMs === null) return null
    return ms > Math.max(beforeMs * slower, beforeMs + slowerMs) ? { ms, beforeMs } : null
  }

  #of(version: string, since: number): number[] {
    return (this.#scans.get(version) ?? []).filter((each) => each.at >= since).map((each) => each.ms)
  }
}

function median(values: readonly number[]): number | null {
  if (values.length < fewest) return null
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

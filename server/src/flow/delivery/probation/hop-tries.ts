/** How one next hop took what a process sent, in the time looked back at. */
export interface HopSums {
  readonly hop: string
  readonly tried: number
  readonly failed: number
  /** Milliseconds since something went through, and since something failed; null: nothing did. */
  readonly wentAgo: number | null
  readonly failedAgo: number | null
}

const windowMs = 120_000
const stepMs = 5000
/** Next hops remembered at a time; the busiest are told. */
const mostHops = 5000
const mostTold = 100

interface Step {
  readonly at: number
  tried: number
  failed: number
}

interface Seen {
  steps: Step[]
  wentAt: number | null
  failedAt: number | null
}

/** How the next hops took what this process sent, over the last two minutes. */
export class HopTries {
  readonly #hops = new Map<string, Seen>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** @param went whether it went through, or was refused for what it is and not for who sends it */
  note(hop: string, went: boolean): void {
    const now = this.#now()
    let seen = this.#hops.get(hop)
    if (!seen) {
      if (this.#hops.size >= mostHops) return
      this.#hops.set(hop, (seen = { steps: [], wentAt: null, failedAt: null }))
    }
    let step = seen.steps.at(-1)
    if (!step || now - step.at >= stepMs) seen.steps.push((step = { at: now, tried: 0, failed: 0 }))
    step.tried += 1
    if (went) seen.wentAt = now
    else {
      step.failed += 1
      seen.failedAt = now
    }
  }

  /** The busiest hops; forgets what is older than the time looked back at. */
  sums(): HopSums[] {
    const now = this.#now()
    const ago = (at: number | null) => (at === null || now - at > windowMs ? null : now - at)
    const sums: HopSums[] = []
    for (const [hop, seen] of this.#hops) {
      seen.steps = seen.steps.filter(({ at }) => now - at <= windowMs)
      if (seen.steps.length === 0) {
        this.#hops.delete(hop)
        continue
      }
      const sum = (what: 'tried' | 'failed') => seen.steps.reduce((total, each) => total + each[what], 0)
      sums.push({
        hop,
        tried: sum('tried'),
        failed: sum('failed'),
        wentAgo: ago(seen.wentAt),
        failedAgo: ago(seen.failedAt),
      })
    }
    return sums.toSorted((one, other) => other.tried - one.tried).slice(0, mostTold)
  }

  /** Begins anew: what was before a repair says nothing of what comes after it. */
  clear(): void {
    this.#hops.clear()
  }
}

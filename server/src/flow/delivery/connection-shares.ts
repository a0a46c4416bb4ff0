import type { Hop } from './hop.ts'
import type { LaneQueue } from './lane-queue.ts'

/** Share of all connections that next hops may use which nobody has reached lately. */
const unprovenShare = 0.5
/** Share of all connections that one tenant may have. */
const tenantShare = 0.8

/**
 * Who may have another of the connections of a process: the last of them are for hops that are known to answer, and for tenants
 * that have few. A lane that may not have one waits here, and is resumed when one was given back.
 */
export class ConnectionShares {
  readonly #most: number
  readonly #resume: (lane: LaneQueue) => void
  readonly #busyOf = new Map<string, number>()
  #unprovenBusy = 0
  readonly #ofTenant = new Set<LaneQueue>()
  readonly #unproven = new Set<LaneQueue>()

  /** @param most connections that there are @param resume hears of a lane that may ask again */
  constructor(most: number, resume: (lane: LaneQueue) => void) {
    this.#most = most
    this.#resume = resume
  }

  /** Whether a lane may have one to its hop now; false: it waits. */
  admits(lane: LaneQueue, { lastSuccess }: Pick<Hop, 'lastSuccess'>): boolean {
    if (lastSuccess === 0 && this.#unprovenBusy >= this.#most * unprovenShare) {
      this.#unproven.add(lane)
      return false
    }
    if ((this.#busyOf.get(lane.lane.tenant) ?? 0) >= Math.ceil(this.#most * tenantShare)) {
      this.#ofTenant.add(lane)
      return false
    }
    return true
  }

  /** Takes one. Answers what gives it back. */
  take({ lane: { tenant } }: LaneQueue, { lastSuccess }: Pick<Hop, 'lastSuccess'>): () => void {
    const isUnproven = lastSuccess === 0
    this.#busyOf.set(tenant, (this.#busyOf.get(tenant) ?? 0) + 1)
    if (isUnproven) this.#unprovenBusy += 1
    return () => {
      const left = (this.#busyOf.get(tenant) ?? 1) - 1
      if (left > 0) this.#busyOf.set(tenant, left)
      else this.#busyOf.delete(tenant)
      this.#resumeAll(this.#ofTenant)
      if (!isUnproven) return
      this.#unprovenBusy -= 1
      this.#resumeAll(this.#unproven)
    }
  }

  #resumeAll(lanes: Set<LaneQueue>): void {
    for (const each of lanes) this.#resume(each)
    lanes.clear()
  }
}

import type { LaneQueue } from './lane-queue.ts'

/** After so many turns of mail to one a lane with nothing but mail to many has its own. */
const turnsBeforeBulk = 4

/** Lanes of one tenant that want a turn. */
class TenantLine {
  readonly #first: LaneQueue[] = []
  readonly #bulk: LaneQueue[] = []
  #turns = 0

  get length(): number {
    return this.#first.length + this.#bulk.length
  }

  push(lane: LaneQueue): void {
    ;(lane.hasOnlyBulk ? this.#bulk : this.#first).push(lane)
  }

  shift(): LaneQueue | undefined {
    this.#turns += 1
    const isBulksTurn = this.#turns % (turnsBeforeBulk + 1) === 0
    const [one, other] = isBulksTurn ? [this.#bulk, this.#first] : [this.#first, this.#bulk]
    return one.shift() ?? other.shift()
  }
}

/**
 * The line in which lanes wait for their turns. Tenants take turns, and of a tenant its lanes: who writes to a thousand
 * domains has a thousand lanes, and the same share as somebody with one. Of one tenant's lanes those with mail to one
 * come before those with nothing but mail to many.
 */
export class LaneLine {
  readonly #tenants = new Map<string, TenantLine>()
  #length = 0

  get length(): number {
    return this.#length
  }

  push(lane: LaneQueue): void {
    const { tenant } = lane.lane
    let line = this.#tenants.get(tenant)
    if (!line) this.#tenants.set(tenant, (line = new TenantLine()))
    line.push(lane)
    this.#length += 1
  }

  /** The lane whose turn it is; its tenant goes to the end of the line. */
  shift(): LaneQueue | undefined {
    const next = this.#tenants.entries().next()
    if (next.done) return undefined
    const [tenant, line] = next.value
    const lane = line.shift()
    this.#length -= 1
    this.#tenants.delete(tenant)
    if (line.length > 0) this.#tenants.set(tenant, line)
    return lane
  }
}

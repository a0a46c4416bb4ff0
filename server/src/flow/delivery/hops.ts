import type { Lane } from '#flow/spool/lane.ts'
import { Hop } from './hop.ts'
import { nextHopOf, type RouteSource } from './route.ts'

/** What was learnt of a hop is kept so long after the last message went through. */
const keptMs = 3_600_000

/**
 * All next hops that mail has been sent to lately. Inbound and outbound mail have hops of their own even where the
 * server is the same: filtered mail never leaves by addresses that carry outbound mail (GW-31).
 */
export class Hops {
  readonly #routes: RouteSource
  readonly #onForgotten: (hop: Hop) => void
  readonly #hops = new Map<string, Hop>()

  /** @param onForgotten told of each hop that nothing is sent to any more */
  constructor(routes: RouteSource, onForgotten: (hop: Hop) => void = () => undefined) {
    this.#routes = routes
    this.#onForgotten = onForgotten
  }

  /** The hop that a lane leads to now; `known` is the one it led to before. Null: it cannot be told. */
  of(lane: Lane, known: Hop | null): Hop | null {
    let found: ReturnType<typeof nextHopOf>
    try {
      found = nextHopOf(lane, this.#routes)
    } catch {
      return null
    }
    const name = `${lane.direction === 'inbound' ? 'inbound' : 'outbound'} ${found.name}`
    if (known?.name === name) return known
    let hop = this.#hops.get(name)
    if (!hop) this.#hops.set(name, (hop = new Hop(name, found.hop)))
    return hop
  }

  all(): IterableIterator<Hop> {
    return this.#hops.values()
  }

  /**
   * Forgets hops that nothing is sent to any more. A site that sends to the world meets new ones all day.
   * @param inUse hops that lanes lead to: a second one of the same name would learn anew what the first one knows
   */
  sweep(now: number, inUse: ReadonlySet<Hop | null>): void {
    for (const [name, hop] of this.#hops) {
      if (
        !inUse.has(hop) &&
        hop.busy === 0 &&
        hop.parked.size === 0 &&
        hop.idle.length === 0 &&
        !hop.isDown &&
        now - hop.lastSuccess > keptMs
      ) {
        this.#hops.delete(name)
        this.#onForgotten(hop)
      }
    }
  }
}

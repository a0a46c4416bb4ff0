import type { Clock } from '#ground/platform/clock.ts'
import type { NodeLine } from './node-board.ts'

interface Seen {
  seenAt: number
  /** By a clock that nothing moves: when it was first met, and when it was last heard of anew. */
  readonly metAt: number
  heardAt: number | null
  /** How far ahead our clock is of its own. */
  offMs: number | null
}

/** A process that says nothing for so long is gone; each says every five seconds that it is well. */
const goneAfterMs = 60_000
/** A row from before is no process that runs unless it speaks within this time. */
const speaksWithinMs = 30_000
const clockSlackMs = 30_000
/** A new directory reaches every process within a second or two. */
const snapshotSlackMs = 15_000

/**
 * Which other processes that send are really there. Their own words about the time are not believed, nor our clock:
 * whoever is heard of anew is there.
 */
export class PeerWatch {
  readonly #instance: string
  readonly #clock: Clock
  readonly #steady: () => number
  readonly #seen = new Map<string, Seen>()
  #behindSince: number | null = null

  constructor(instance: string, clock: Clock, steady: () => number) {
    this.#instance = instance
    this.#clock = clock
    this.#steady = steady
  }

  look(nodes: readonly NodeLine[]): void {
    const now = this.#steady()
    for (const { instance, seenAt } of nodes) {
      if (instance === this.#instance) continue
      const known = this.#seen.get(instance)
      if (!known) this.#seen.set(instance, { seenAt, metAt: now, heardAt: null, offMs: null })
      else if (known.seenAt !== seenAt) {
        known.seenAt = seenAt
        known.heardAt = now
        known.offMs = this.#clock.now() - seenAt
      }
    }
    for (const instance of this.#seen.keys())
      if (!nodes.some((each) => each.instance === instance)) this.#seen.delete(instance)
  }

  /**
   * Processes that are there and come before us: they carry all mail, or began earlier. `unknown`: somebody stands in
   * the table of whom it is not known yet whether he is there.
   */
  ahead(nodes: readonly NodeLine[]): readonly NodeLine[] | 'unknown' {
    const mine = nodes.find((each) => each.instance === this.#instance)
    const others = nodes.filter((each) => each.instance !== this.#instance)
    const ahead = others.filter(
      (each) => this.#isThere(each.instance) && (isTrusted(each) || isEarlier(each, mine)),
    )
    if (ahead.length > 0) return ahead
    return others.some((each) => this.#isOpen(each.instance)) ? 'unknown' : []
  }

  #isThere(instance: string): boolean {
    const { heardAt } = this.#seen.get(instance) ?? {}
    return heardAt !== null && heardAt !== undefined && this.#steady() - heardAt < goneAfterMs
  }

  #isOpen(instance: string): boolean {
    const seen = this.#seen.get(instance)
    return seen !== undefined && seen.heardAt === null && this.#steady() - seen.metAt < speaksWithinMs
  }

  /** By how much our clock is off, where that is more than chance; positive: ahead. Null: it is not. */
  clockOff(ahead: readonly NodeLine[]): number | null {
    const offs = ahead.flatMap(({ instance }) => this.#seen.get(instance)?.offMs ?? [])
    const least = offs.toSorted((one, other) => Math.abs(one) - Math.abs(other))[0]
    return least === undefined || Math.abs(least) < clockSlackMs ? null : least
  }

  /** A newer directory that others have had for a while; null: ours is as new. */
  newerSnapshot(ahead: readonly NodeLine[], version: number | null): number | null {
    const newest = Math.max(...ahead.map(({ snapshot }) => snapshot ?? 0), 0)
    if (newest <= (version ?? 0)) {
      this.#behindSince = null
      return null
    }
    this.#behindSince ??= this.#steady()
    return this.#steady() - this.#behindSince < snapshotSlackMs ? null : newest
  }
}

function isTrusted({ standing }: NodeLine): boolean {
  return standing === null || standing.kind === 'full'
}

/** Of two that start together one comes first. */
function isEarlier(one: NodeLine, other: NodeLine | undefined): boolean {
  return (
    other === undefined ||
    one.startedAt - other.startedAt < 0 ||
    (one.startedAt === other.startedAt && one.instance < other.instance)
  )
}

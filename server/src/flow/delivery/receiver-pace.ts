import type { Clock } from '#ground/platform/clock.ts'
import type { Hop } from './hop.ts'
import { poolOf } from './hop-connections.ts'
import type { KnownPaces } from './sending/known-paces.ts'
import type { Senders } from './sending/senders.ts'

/** How much mail a receiver wants: what it has told us, and what its answers have taught. */
export class ReceiverPace {
  readonly #known: KnownPaces
  readonly #senders: Pick<Senders, 'reserve' | 'freeInMs'>
  readonly #clock: Clock

  constructor(known: KnownPaces, senders: Pick<Senders, 'reserve' | 'freeInMs'>, clock: Clock) {
    this.#known = known
    this.#senders = senders
    this.#clock = clock
  }

  /** Whether any receiver has told its pace. */
  get isTold(): boolean {
    return !this.#known.isEmpty
  }

  /** Takes a place for a message. Answers the milliseconds to wait where there is none; 0: it may leave now. */
  reserve(hop: Hop): number {
    if (hop.receiver === '' || hop.isOwn) return 0
    const now = this.#clock.now()
    const waitMs = this.#known.waitMs(hop.receiver, now) || this.#senders.reserve(poolOf(hop), hop.receiver)
    if (waitMs === 0) this.#known.take(hop.receiver, now)
    return waitMs
  }

  /** Whether mail has to wait for the hop itself: it is down or unknown, or its receiver wants no more for now. */
  mustWait(hop: Hop | null): boolean {
    if (hop === null || hop.isDown) return true
    if (hop.isOwn || hop.receiver === '') return false
    const toldMs = this.#known.waitMs(hop.receiver, this.#clock.now())
    return toldMs > 0 || this.#senders.freeInMs(poolOf(hop), hop.receiver) > 0
  }
}

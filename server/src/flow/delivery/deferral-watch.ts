import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'

interface Count {
  tries: number
  deferred: number
}

/** Length of the stretch that is looked at, in milliseconds. */
const windowMs = 60_000
/** Tries in a stretch from which a share says something. */
const enough = 10

/**
 * Notices a next hop that defers far more than the others do (GW-25), within two minutes and long before
 * anything expires.
 */
export class DeferralWatch {
  readonly #alarms: Alarms
  readonly #clock: Clock
  #counts = new Map<string, Count>()
  #since: number

  constructor(alarms: Alarms, clock: Clock) {
    this.#alarms = alarms
    this.#clock = clock
    this.#since = clock.now()
  }

  note(hop: string, deferred: boolean): void {
    const count = this.#counts.get(hop) ?? { tries: 0, deferred: 0 }
    this.#counts.set(hop, count)
    count.tries += 1
    if (deferred) count.deferred += 1
    if (this.#clock.now() - this.#since >= windowMs) this.#judge()
  }

  #judge(): void {
    const all = [...this.#counts.values()].reduce(
      (sum, each) => ({ tries: sum.tries + each.tries, deferred: sum.deferred + each.deferred }),
      { tries: 0, deferred: 0 },
    )
    for (const [hop, { tries, deferred }] of this.#counts) {
      const others = { tries: all.tries - tries, deferred: all.deferred - deferred }
      const usual = others.tries < enough ? 0 : others.deferred / others.tries
      const share = deferred / tries
      if (tries >= enough && share > 0.25 && share > 2 * usual) {
        this.#alarms.raise(
          'next-hop-defers',
          hop,
          `${hop} put off ${deferred} of ${tries} deliveries in a minute; others put off ${Math.round(usual * 100)} %`,
        )
      } else this.#alarms.clear('next-hop-defers', hop)
    }
    this.#counts = new Map()
    this.#since = this.#clock.now()
  }
}

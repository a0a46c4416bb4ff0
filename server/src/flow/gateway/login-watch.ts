import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'

const minuteMs = 60_000
/** How long it is told after the last minute in which logins failed. */
const toldForMs = 120_000
/** Logins of ours that must have failed within a minute: one with an old password is nobody's fault but his. */
const enoughLogins = 5
const failedShare = 0.2
/** Logins remembered within a minute. */
const mostLogins = 10_000

export type LoginEnd = 'proved' | 'wrong' | 'too-many' | 'unavailable'

/**
 * Tells when people who have a login cannot log in to send, apart from how long their mail then waits: five logins and
 * a fifth of those that try within a minute. Names that are nobody's do not count, so guessing is not told as a fault of ours.
 */
export class LoginWatch {
  readonly #alarms: Pick<Alarms, 'pulse'>
  readonly #clock: Clock
  #since: number
  #tried = new Set<string>()
  #failed = new Map<string, LoginEnd>()

  constructor(alarms: Pick<Alarms, 'pulse'>, clock: Clock) {
    this.#alarms = alarms
    this.#clock = clock
    this.#since = clock.now()
  }

  /** @param isKnown whether there is such a login, as far as that can be looked up */
  note(login: string, end: LoginEnd, isKnown: boolean): void {
    const now = this.#clock.now()
    if (now - this.#since >= minuteMs) this.#begin(now)
    if (!isKnown) return
    const name = login.toLowerCase()
    if (this.#tried.size < mostLogins) this.#tried.add(name)
    if (end === 'proved' || !this.#tried.has(name)) return
    this.#failed.set(name, end)
    if (this.#failed.size < enoughLogins || this.#failed.size < this.#tried.size * failedShare) return
    const away = [...this.#failed.values()].filter((each) => each === 'unavailable').length
    const why = away > 0 ? 'they cannot be looked up' : 'their passwords are refused'
    this.#alarms.pulse(
      'logins-fail',
      'submission',
      `${this.#failed.size} logins of ours could not log in to send within a minute, of ${this.#tried.size} that tried: ${why}`,
      toldForMs,
    )
  }

  #begin(now: number): void {
    this.#since = now
    this.#tried = new Set()
    this.#failed = new Map()
  }
}

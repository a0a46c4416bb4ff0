import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { Outcome } from './outcome.ts'
import { isAboutRecipient } from './sending/path.ts'

/** Length of the stretch that is looked at, in milliseconds: what begins is told within it. */
const windowMs = 240_000
/** Tries in it from which a share says something. A receiver that is away is tried seldom, so these are few. */
const enough = 5
/** Share of tries that must fail for a receiver to be in trouble, and that may for it to be well again. */
const bad = 0.25
const well = 0.1
/** So many tries in a row say enough by themselves: that it is away, of which each try is dear, or that it is back. */
const awayAfter = 3
const failingAfter = 5
const backAfter = 20
const mostTries = 500
const mostReceivers = 5000

interface Try {
  readonly at: number
  readonly failed: boolean
  readonly domain: string
}

interface Receiver {
  tries: Try[]
  /** When its trouble began; null: it has none. */
  since: number | null
}

/**
 * Notices a receiver, with all the domains that it runs, that puts off or drops much of our mail while the others take
 * it: then the fault is upstream and not ours, and nobody here has to look for it (D19).
 */
export class ReceiverWatch {
  readonly #alarms: Alarms
  readonly #clock: Clock
  readonly #receivers = new Map<string, Receiver>()

  constructor(alarms: Alarms, clock: Clock) {
    this.#alarms = alarms
    this.#clock = clock
  }

  /** @param domain the recipient's */
  note(name: string, domain: string, outcome: Outcome): void {
    // What is said of a mail or its recipient says nothing of the receiver.
    if (outcome.kind === 'failed' || outcome.reason === 'address-refused' || isAboutRecipient(outcome.class))
      return
    const now = this.#clock.now()
    const receiver = this.#of(name)
    const failed = outcome.kind === 'retry' && outcome.class !== 'greylisted'
    receiver.tries.push({ at: now, failed, domain })
    if (receiver.tries.length > mostTries) receiver.tries.shift()
    const { share, many } = shareOf(receiver, now)
    const row = lastAlike(receiver.tries)
    const isBad = (many >= enough && share >= bad) || row >= (outcome.hop ? awayAfter : failingAfter)
    const isWell = (many >= enough && share <= well) || row >= backAfter
    if (failed && isBad) this.#tell(name, receiver, outcome, now)
    else if (!failed && receiver.since !== null && isWell) {
      receiver.since = null
      this.#alarms.clear('receiver-trouble', name)
    }
  }

  #tell(name: string, receiver: Receiver, outcome: Outcome, now: number): void {
    const others = this.#othersShare(receiver, now)
    // Where everything fails, or nothing else is sent, the fault may be ours; other alarms tell of it.
    if (others === null || others > bad) return
    const lately = receiver.tries.filter((each) => each.at > now - windowMs)
    const failures = lately.filter((each) => each.failed)
    receiver.since ??= failures[0]?.at ?? now
    const domains = new Set(failures.map((each) => each.domain))
    const rest = `, others ${Math.round((1 - others) * 100)} %`
    this.#alarms.raise(
      'receiver-trouble',
      name,
      `upstream, our service works: ${name} takes ${Math.round((1 - failures.length / lately.length) * 100)} % of our tries${rest}; since ${utcWords(receiver.since)}, mail for ${domains.size} domains waits: ${`${outcome.code || ''} ${outcome.text}`.trim().slice(0, 200)}`,
    )
  }

  /** Share of failed tries at all other receivers; null: too few to say. */
  #othersShare(receiver: Receiver, now: number): number | null {
    let many = 0
    let failed = 0
    for (const each of this.#receivers.values()) {
      if (each === receiver || each.since !== null) continue
      const found = shareOf(each, now)
      many += found.many
      failed += found.many * found.share
    }
    return many < enough ? null : failed / many
  }

  #of(name: string): Receiver {
    let receiver = this.#receivers.get(name)
    if (!receiver) {
      if (this.#receivers.size >= mostReceivers) this.#forgetOne()
      this.#receivers.set(name, (receiver = { tries: [], since: null }))
    }
    return receiver
  }

  #forgetOne(): void {
    for (const [name, { since }] of this.#receivers)
      if (since === null) {
        this.#receivers.delete(name)
        return
      }
    this.#receivers.clear()
  }
}

/** How many tries at the end have come to the same. */
function lastAlike(tries: readonly Try[]): number {
  const last = tries.at(-1)
  const before = tries.findLastIndex((each) => each.failed !== last?.failed)
  return tries.length - 1 - before
}

function shareOf(receiver: Receiver, now: number): { share: number; many: number } {
  const from = now - windowMs
  while (receiver.tries[0] && receiver.tries[0].at <= from) receiver.tries.shift()
  const many = receiver.tries.length
  const failed = receiver.tries.filter((each) => each.failed).length
  return { share: many === 0 ? 0 : failed / many, many }
}

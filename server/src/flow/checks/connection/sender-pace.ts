const minute = 60_000
/** Minutes before the current one that a burst is compared with. */
const remembered = 30
/** Senders remembered; the one that has been quiet longest goes first. */
const mostSenders = 10_000
/** Fewer messages in a minute are nothing to speak of. */
const fewest = 20
const times = 10

export interface Rate {
  readonly lastMinute: number
  /** Mean of the minutes before, as far as they are known. */
  readonly before: number
  readonly isBurst: boolean
}

interface Counts {
  minute: number
  current: number
  /** Sum of the minutes before, each fading by a thirtieth as a minute passes. */
  faded: number
  readonly since: number
}

/**
 * How much a sender sends, as one inspection thread sees it: a share of what comes in, the same share for all. Only
 * observed: newsletters come in bursts too.
 */
export class SenderPace {
  readonly #senders = new Map<string, Counts>()

  /** Counts a message of a sender. */
  note(sender: string, now: number): Rate {
    const at = Math.floor(now / minute)
    const counts = this.#senders.get(sender) ?? { minute: at, current: 0, faded: 0, since: at }
    this.#senders.delete(sender)
    this.#senders.set(sender, counts)
    if (this.#senders.size > mostSenders) this.#senders.delete(this.#senders.keys().next().value ?? '')
    const passed = at - counts.minute
    if (passed > 0) {
      const fade = 1 - 1 / remembered
      counts.faded = (counts.faded + counts.current) * fade ** Math.min(passed, 1000)
      counts.minute = at
      counts.current = 0
    }
    counts.current += 1
    const before = counts.faded / remembered
    const isKnown = at > counts.since
    return {
      lastMinute: counts.current,
      before,
      isBurst: isKnown && counts.current >= fewest && counts.current > times * before,
    }
  }
}

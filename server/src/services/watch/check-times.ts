/** Messages that say something, the time of a check that is long, and the share of messages from which it is told. */
const enough = 10
const longMs = 1000
const shares = { from: 0.2, until: 0.05 }

interface Counts {
  messages: number
  readonly long: Map<string, number>
}

/** Which checks take far longer than a second, and for how much of the mail; looked at in stretches. */
export class CheckTimes {
  #now = nothing()
  #before = nothing()
  readonly #told = new Set<string>()

  /** @param timings ms of each check of a message */
  note(timings: Readonly<Record<string, number>>): void {
    this.#now.messages += 1
    for (const [check, ms] of Object.entries(timings))
      if (ms > longMs) this.#now.long.set(check, (this.#now.long.get(check) ?? 0) + 1)
  }

  /** Called at the end of each stretch: checks that are slow, and the share of messages that waited for them. */
  look(): ReadonlyMap<string, number> {
    const messages = this.#now.messages + this.#before.messages
    const longOf = (check: string) => (this.#now.long.get(check) ?? 0) + (this.#before.long.get(check) ?? 0)
    const shareOf = (check: string) => (messages === 0 ? 0 : longOf(check) / messages)
    if (messages >= enough)
      for (const check of this.#now.long.keys()) if (shareOf(check) >= shares.from) this.#told.add(check)
    for (const check of this.#told) if (shareOf(check) < shares.until) this.#told.delete(check)
    const found = new Map([...this.#told].map((check) => [check, shareOf(check)]))
    this.#before = this.#now
    this.#now = nothing()
    return found
  }
}

function nothing(): Counts {
  return { messages: 0, long: new Map() }
}

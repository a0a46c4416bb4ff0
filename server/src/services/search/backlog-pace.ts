/** How long it is looked back. */
const windowMs = 120_000
/** Less is no pace: what came in a round may have been a moment's. */
const leastMs = 30_000

/** How fast a backlog gets smaller, from how large it was in the last two minutes. */
export class BacklogPace {
  #samples: { readonly at: number; readonly behind: number }[] = []

  /**
   * Takes down how large it is now. Answers the moment (ms) at which nothing is left if it goes on like this; null: it does not
   * get smaller, or it is not known yet.
   */
  note(behind: number, now: number): number | null {
    this.#samples = this.#samples.filter(({ at }) => at <= now && at > now - windowMs)
    this.#samples.push({ at: now, behind })
    const [first] = this.#samples
    if (first === undefined || now - first.at < leastMs || behind >= first.behind) return null
    return now + (behind * (now - first.at)) / (first.behind - behind)
  }
}

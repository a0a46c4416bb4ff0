/** There is too much to do already. It passes: whoever asks again in a moment may be taken. */
export class TooManyWaitError extends Error {}

/** Those of one tenant that may wait for the one under way, and those of all tenants. */
const mostOfTenant = 4
const mostOfAll = 100

/** One piece of work under way for each tenant, and a few that wait: who asks much has others of his own wait. */
export class OneByTenant {
  readonly #lanes = new Map<string, { last: Promise<unknown>; size: number }>()
  #size = 0

  /** @throws TooManyWaitError */
  async run<Answer>(tenant: string, work: () => Promise<Answer>): Promise<Answer> {
    const lane = this.#lanes.get(tenant) ?? { last: Promise.resolve(), size: 0 }
    if (lane.size > mostOfTenant || this.#size >= mostOfAll)
      throw new TooManyWaitError('Figures of many others are being counted. Ask again in a moment.')
    this.#lanes.set(tenant, lane)
    lane.size++
    this.#size++
    const turn = lane.last.then(work)
    lane.last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#size--
      if (--lane.size === 0) this.#lanes.delete(tenant)
    }
  }
}

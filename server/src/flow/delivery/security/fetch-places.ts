interface Waiting {
  readonly owner: string
  readonly start: () => void
}

/** Places for work that waits for strangers: so many at a time, and fewer for each of them; the rest stands in line. */
export class FetchPlaces {
  readonly #most: number
  readonly #mostOfOne: number
  readonly #taken = new Map<string, number>()
  readonly #line: Waiting[] = []
  #busy = 0

  /** @param mostOfOne places of one owner: he may name as many hosts as he likes */
  constructor(most: number, mostOfOne: number) {
    this.#most = most
    this.#mostOfOne = mostOfOne
  }

  /** Does work for an owner in its turn. `started` resolves when it has a place. */
  run<Answer>(
    owner: string,
    work: () => Promise<Answer>,
  ): { readonly started: Promise<void>; readonly ended: Promise<Answer> } {
    const started = new Promise<void>((resolve) => {
      this.#line.push({ owner, start: resolve })
    })
    const ended = started.then(work).finally(() => this.#leave(owner))
    this.#fill()
    return { started, ended }
  }

  #leave(owner: string): void {
    this.#busy -= 1
    const left = (this.#taken.get(owner) ?? 1) - 1
    if (left > 0) this.#taken.set(owner, left)
    else this.#taken.delete(owner)
    this.#fill()
  }

  /** Gives free places to the first in line whose owner has not all of his. */
  #fill(): void {
    while (this.#busy < this.#most) {
      const at = this.#line.findIndex(({ owner }) => (this.#taken.get(owner) ?? 0) < this.#mostOfOne)
      const [next] = at < 0 ? [] : this.#line.splice(at, 1)
      if (!next) return
      this.#busy += 1
      this.#taken.set(next.owner, (this.#taken.get(next.owner) ?? 0) + 1)
      next.start()
    }
  }
}

/** More wait already than can be served in time. */
export class TooManyWait extends Error {
  readonly code = 'too-many-wait'
}

/** Lets only so many pieces of work run at a time; the others have their turn in order, and too many are turned away. */
export class Turns {
  readonly #atATime: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(atATime: number, mostWaiting: number) {
    this.#atATime = atATime
    this.#mostWaiting = mostWaiting
  }

  /** Runs when it is its turn. @throws TooManyWait at once, and whatever the work throws */
  async take<Found>(work: () => Promise<Found>): Promise<Found> {
    if (this.#running >= this.#atATime) {
      if (this.#waiting.length >= this.#mostWaiting) throw new TooManyWait('too many wait already')
      // Whoever ends hands its place on, so nobody who comes in between is faster.
      await new Promise<void>((go) => this.#waiting.push(go))
    } else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}

interface Waiter {
  readonly at: number
  readonly resolve: (goesOn: boolean) => void
}

const tickMs = 20

/** Time that stands still while people rest: whoever was about to click goes on where he was. */
export class Hours {
  #now = 0
  #last = 0
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #waiting: Waiter[] = []

  get now(): number {
    return this.#now
  }

  go(): void {
    this.#last = performance.now()
    this.#timer ??= setInterval(() => this.#tick(), tickMs)
  }

  rest(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Everybody goes home. */
  end(): void {
    this.rest()
    this.#isOver = true
    for (const { resolve } of this.#waiting.splice(0)) resolve(false)
  }

  /** Waits until a moment; false: all is over. */
  until(at: number): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false)
    return new Promise((resolve) => this.#waiting.push({ at, resolve }))
  }

  #tick(): void {
    const now = performance.now()
    this.#now += now - this.#last
    this.#last = now
    const due = this.#waiting.filter((each) => each.at <= this.#now)
    if (due.length === 0) return
    this.#waiting = this.#waiting.filter((each) => each.at > this.#now)
    for (const { resolve } of due) resolve(true)
  }
}

/** What one person draws and waits; the draws are the same each time. */
export class Pause {
  readonly #hours: Hours
  readonly #pace: number
  #seed: number

  /** @param pace by how much he is faster than people are */
  constructor(hours: Hours, seed: number, pace: number) {
    this.#hours = hours
    this.#pace = pace
    this.#seed = Math.imul(seed + 1, 0x9e3779b1) >>> 0
  }

  get now(): number {
    return this.#hours.now * this.#pace
  }

  pick<Each>(all: readonly Each[]): Each | undefined {
    return all[Math.floor(this.#draw() * all.length)]
  }

  between([least, most]: readonly [number, number]): number {
    return least + this.#draw() * (most - least)
  }

  /** Waits for as long as it takes him; false: all is over. */
  think(ms: readonly [number, number]): Promise<boolean> {
    return this.until(this.now + this.between(ms))
  }

  until(at: number): Promise<boolean> {
    return this.#hours.until(at / this.#pace)
  }

  #draw(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0
    return this.#seed / 2 ** 32
  }
}

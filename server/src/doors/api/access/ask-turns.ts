/** Questions of one asker that are worked on at a time, how many more wait, and for how long. */
const bounds = { inWork: 2, waiting: 30, longestMs: 4000 }

interface Asker {
  inWork: number
  readonly waiting: Set<() => void>
}

/** Lets each asker have a few questions worked on at a time: what one asks at once is not paid by all others. */
export class AskTurns {
  readonly #askers = new Map<string, Asker>()
  readonly #bounds: typeof bounds

  constructor(given: Partial<typeof bounds> = {}) {
    this.#bounds = { ...bounds, ...given }
  }

  /** What to call once at the end of the work, as soon as it may begin. Null: too many wait, or for too long. */
  async take(asker: string): Promise<(() => void) | null> {
    const known = this.#askers.get(asker) ?? { inWork: 0, waiting: new Set() }
    this.#askers.set(asker, known)
    if (known.inWork < this.#bounds.inWork) known.inWork += 1
    else if (known.waiting.size >= this.#bounds.waiting || !(await this.#wait(known))) return null
    return () => this.#end(asker, known)
  }

  /** False: nobody has handed his turn on in time. */
  #wait({ waiting }: Asker): Promise<boolean> {
    return new Promise((resolve) => {
      const begin = () => {
        clearTimeout(timer)
        resolve(true)
      }
      const timer = setTimeout(() => {
        waiting.delete(begin)
        resolve(false)
      }, this.#bounds.longestMs)
      waiting.add(begin)
    })
  }

  #end(asker: string, known: Asker): void {
    const [next] = known.waiting
    if (next !== undefined) {
      known.waiting.delete(next)
      next()
      return
    }
    known.inWork -= 1
    if (known.inWork === 0) this.#askers.delete(asker)
  }
}

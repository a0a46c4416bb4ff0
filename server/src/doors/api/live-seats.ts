import type { EventEmitter } from 'node:events'

/** Bounds of listeners: each asks the store once a second. */
const bounds = { most: 50, ofOne: 4 }

/** An answer that is sent for as long as its connection stands. */
export interface Lasting extends Pick<EventEmitter, 'once'> {
  readonly destroyed: boolean
}

/** Who listens to a live answer: so many at a time, and so many of one asker. */
export class LiveSeats {
  readonly #taken = new Map<string, number>()

  /**
   * Takes a seat until the connection of an answer ends. False: none is free, or nobody is there any more: a connection
   * that broke while it was looked up who asks does not end once more.
   */
  take(asker: string, answer: Lasting): boolean {
    const own = this.#taken.get(asker) ?? 0
    const all = [...this.#taken.values()].reduce((sum, each) => sum + each, 0)
    if (answer.destroyed || own >= bounds.ofOne || all >= bounds.most) return false
    this.#taken.set(asker, own + 1)
    answer.once('close', () => this.#leave(asker))
    return true
  }

  #leave(asker: string): void {
    const left = (this.#taken.get(asker) ?? 1) - 1
    if (left === 0) this.#taken.delete(asker)
    else this.#taken.set(asker, left)
  }
}

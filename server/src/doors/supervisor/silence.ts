import { AwakeTime } from '#ground/platform/awake-time.ts'

/**
 * How long nothing was heard of a server, as the supervisor lived through it: time in which the supervisor itself, or
 * the whole machine, stood still counts for nobody. Nor does time in which the server's main thread waits for a disk.
 */
export class Silence {
  readonly #awake: AwakeTime
  #silentMs = 0

  /** @param lookMs how often `look` is called; @param steady by a clock that nothing moves */
  constructor(lookMs: number, steady: () => number) {
    this.#awake = new AwakeTime(lookMs, steady)
  }

  heard(): void {
    this.#silentMs = 0
  }

  /** Answers the silence up to now (ms). */
  look(waitsForDisk: boolean): number {
    const step = this.#awake.step()
    if (!waitsForDisk) this.#silentMs += step
    return this.#silentMs
  }
}

import { AwakeTime } from '#ground/platform/awake-time.ts'

/**
 * How long a drill is still surely that of the process that runs it: others take it over where nothing was written of it
 * for that long. What counts is time that this process has lived through: a machine that stood still for a minute has ended
 * nothing, and so do those count who take over. Once a look has found it over it stays so.
 */
export class DrillLease {
  readonly #leaseMs: number
  readonly #awake: AwakeTime
  #livedMs = 0
  #heldAt = 0
  #isLost = false

  /** @param lookMs how often it is looked; @param now by a clock that nothing moves */
  constructor(leaseMs: number, lookMs: number, now: () => number) {
    this.#leaseMs = leaseMs
    this.#awake = new AwakeTime(lookMs, now)
  }

  /**
   * Writes how far the drill is; it is ours anew from the moment at which that began.
   * @throws Error it was found over before that, or meanwhile
   */
  async renew<Answer>(write: () => Promise<Answer>): Promise<Answer> {
    this.#assertHeld()
    const began = this.#livedMs
    const answer = await write()
    this.#assertHeld()
    this.#heldAt = began
    return answer
  }

  /** One look. True: it may be somebody else's by now. */
  isOver(): boolean {
    this.#livedMs += this.#awake.step()
    this.#isLost ||= this.#livedMs - this.#heldAt >= this.#leaseMs
    return this.#isLost
  }

  #assertHeld(): void {
    if (this.#isLost) throw new Error(`nothing could be written of it for ${this.#leaseMs / 1000} s`)
  }
}

import { AwakeTime } from '#ground/platform/awake-time.ts'

/** A process as it says that it is well. */
export interface Beat {
  readonly node: string
  readonly pid: number
  readonly roles: string
  /** When it said so last, by its own clock. */
  readonly seenAt: number
}

/**
 * How long processes have said nothing. What counts is that what they say changes, as seen from here: of two clocks one
 * may be wrong, ours too.
 */
export class HeardProcesses {
  readonly #awake: AwakeTime
  #known: ReadonlyMap<string, { readonly seenAt: number; readonly silentForMs: number }> = new Map()

  /** @param lookMs how often they are looked at; @param now by a clock that nothing moves */
  constructor(lookMs: number, now: () => number) {
    this.#awake = new AwakeTime(lookMs, now)
  }

  /** Takes down what all processes say now; answers each with the time since that has last changed. */
  note(beats: readonly Beat[]): (Beat & { readonly silentForMs: number })[] {
    const step = this.#awake.step()
    const noted = beats.map((each) => {
      const before = this.#known.get(keyOf(each))
      return { ...each, silentForMs: before?.seenAt === each.seenAt ? before.silentForMs + step : 0 }
    })
    this.#known = new Map(noted.map((each) => [keyOf(each), each]))
    return noted
  }
}

const keyOf = ({ node, pid }: Beat) => `${node} ${pid}`

import type { TrialResult } from './definitions.ts'

/** Sums of what trials have shown, by the two sets that judged. */
export interface TrialSums {
  readonly active: string
  readonly trial: string
  messages: number
  activeHits: number
  trialHits: number
  gained: number
  lost: number
  activeMs: number
  trialMs: number
}

const flushEveryMs = 1000

/** Adds up how trials have judged, so that the store is told once a second and not for each message. */
export class TrialNotes {
  #sums = new Map<string, TrialSums>()
  readonly #write: (sums: readonly TrialSums[]) => Promise<void>
  readonly #timer: NodeJS.Timeout

  constructor(write: (sums: readonly TrialSums[]) => Promise<void>) {
    this.#write = write
    this.#timer = setInterval(() => void this.flush(), flushEveryMs)
  }

  note(result: TrialResult): void {
    const key = `${result.active}\n${result.trial}`
    const sums = this.#sums.get(key) ?? emptySums(result)
    this.#sums.set(key, sums)
    sums.messages++
    sums.activeHits += Number(result.activeHit)
    sums.trialHits += Number(result.trialHit)
    sums.gained += Number(result.trialHit && !result.activeHit)
    sums.lost += Number(result.activeHit && !result.trialHit)
    sums.activeMs += result.activeMs
    sums.trialMs += result.trialMs
  }

  /** Writes what has gathered. What cannot be written is dropped: a trial only takes longer by it. */
  async flush(): Promise<void> {
    if (this.#sums.size === 0) return
    const sums = [...this.#sums.values()]
    this.#sums = new Map()
    await this.#write(sums).catch(() => undefined)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

function emptySums({ active, trial }: TrialResult): TrialSums {
  return {
    active,
    trial,
    messages: 0,
    activeHits: 0,
    trialHits: 0,
    gained: 0,
    lost: 0,
    activeMs: 0,
    trialMs: 0,
  }
}

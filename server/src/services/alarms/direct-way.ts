import type { Alarm } from '#ground/platform/alarms.ts'
import { AwakeTime } from '#ground/platform/awake-time.ts'
import { utcWords } from '#ground/platform/utc-words.ts'

/** One process tells for all of the site: who has this mark, and keeps it. */
export interface TellingMark {
  /**
   * Takes it where nobody has it, or its keeper is gone: `mine`, and it has to be told; `told`, and it was told of this
   * outage already. `others`: another process keeps it.
   */
  readonly claim: () => 'mine' | 'told' | 'others'
  /** It was told: whoever finds the mark need not tell it again. */
  readonly told: () => void
  /** Says that its keeper is alive. */
  readonly keep: () => void
  /** Takes it away; true: whoever did writes the end. One that is not `isOwn` only where its keeper is gone. */
  readonly end: (isOwn: boolean) => boolean
  /** Gives it back untold. */
  readonly release: () => void
}

export interface DirectWayParts {
  /** Hands a mail to a server that is not ours, past our store and queue. Throws where it does not take it. */
  readonly send: (subject: string, lines: readonly string[]) => Promise<void>
  /** What this process has open. */
  readonly open: () => readonly Alarm[]
  readonly mark: TellingMark
  /** Time without a good round from which the usual way is given up (ms). */
  readonly silentMs: () => number
  /** How often it is looked whether something has to be told. */
  readonly lookMs: number
  readonly now: () => number
}

const shownAlarms = 50
const againMs = 60_000

/**
 * The last way to tell people that something is wrong: a mail that needs neither our store nor our queue. It is taken
 * when the ways of alarms have not worked for a while, once, and once more when they work again. One process tells, and
 * keeps a mark while the outage lasts; where it is gone, or its mails are not taken, the next one goes on.
 */
export class DirectWay {
  readonly #parts: DirectWayParts
  readonly #awake: AwakeTime
  #goodAt: number
  /** How long it has not worked, as far as this process was awake. */
  #brokenMs = 0
  #why = 'it does not come to an end'
  /** This process has told, and keeps the mark. */
  #hasTold = false
  #isGood = false
  #triedAt = 0
  #busy = false

  constructor(parts: DirectWayParts) {
    this.#parts = parts
    this.#goodAt = parts.now()
    this.#awake = new AwakeTime(parts.lookMs, parts.now)
  }

  /** The usual way has been looked after, and works. */
  good(): void {
    this.#goodAt = this.#parts.now()
    this.#brokenMs = 0
    this.#isGood = true
  }

  /** It does not. */
  failed(cause: unknown): void {
    this.#isGood = false
    this.#why = String((cause as Error)?.message ?? cause).slice(0, 300)
  }

  /** Tells what has to be told now. Called again and again; a mail that is not taken is tried again. */
  async round(): Promise<void> {
    const { now, silentMs } = this.#parts
    this.#brokenMs += this.#awake.step()
    const isBroken = this.#brokenMs > silentMs()
    if (isBroken) this.#isGood = false
    if (isBroken && this.#hasTold) return this.#parts.mark.keep()
    if (this.#busy || now() - this.#triedAt < againMs) return
    if (!isBroken && !this.#isGood) return
    this.#busy = true
    try {
      await (isBroken ? this.#tell() : this.#tellEnd())
    } catch (cause) {
      this.#triedAt = now()
      throw cause
    } finally {
      this.#busy = false
    }
  }

  /** Another process that has the mark may lose it, so this one asks in each round. */
  async #tell(): Promise<void> {
    const { send, mark } = this.#parts
    const claimed = mark.claim()
    if (claimed === 'mine') {
      try {
        await send('Alarms cannot be told', this.#words())
      } catch (cause) {
        mark.release()
        throw cause
      }
      mark.told()
    }
    this.#hasTold = claimed !== 'others'
  }

  #words(): string[] {
    const alarms = this.#parts.open().toSorted((a, b) => b.since - a.since)
    return [
      `Since ${utcWords(this.#goodAt)} nobody can be told of alarms in the usual way: ${this.#why}.`,
      'This mail went past our store and our queue. Until we write again no other alarm will reach you.',
      '',
      alarms.length === 0 ? 'This process knows of nothing else.' : 'What this process knows of:',
      ...alarms.slice(0, shownAlarms).map(({ name, subject, text }) => `- ${name}, ${subject}: ${text}`),
      ...(alarms.length > shownAlarms ? [`- and ${alarms.length - shownAlarms} more`] : []),
    ]
  }

  /** Whoever told writes the end; where it is gone, whoever finds that it works. */
  async #tellEnd(): Promise<void> {
    const { send, mark } = this.#parts
    const isOwn = this.#hasTold
    this.#hasTold = false
    if (!mark.end(isOwn)) return
    try {
      await send('Alarms are told again', [
        'Alarms are told in the usual way again. What is open you hear from there.',
      ])
    } catch (cause) {
      // It stays to be written, by this process.
      if (mark.claim() === 'mine') mark.told()
      this.#hasTold = true
      throw cause
    }
  }
}

import type { Alarm } from '#ground/platform/alarms.ts'
import { AwakeTime } from '#ground/platform/awake-time.ts'

export interface DirectWayParts {
  /** Hands a mail to a server that is not ours, past our store and queue. Throws where it does not take it. */
  readonly send: (subject: string, lines: readonly string[]) => Promise<void>
  /** What this process has open. */
  readonly open: () => readonly Alarm[]
  /** One process tells for all of the site. False: another one does. */
  readonly claim: () => boolean
  readonly release: () => void
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
 * when the ways of alarms have not worked for a while, once, and once more when they work again.
 */
export class DirectWay {
  readonly #parts: DirectWayParts
  readonly #awake: AwakeTime
  #goodAt: number
  /** How long it has not worked, as far as this process was awake. */
  #brokenMs = 0
  #why = 'it does not come to an end'
  #state: 'usual' | 'told' | 'others' = 'usual'
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
  }

  /** It does not. */
  failed(cause: unknown): void {
    this.#why = String((cause as Error)?.message ?? cause).slice(0, 300)
  }

  /** Tells what has to be told now. Called again and again; a mail that is not taken is tried again. */
  async round(): Promise<void> {
    const { now, silentMs } = this.#parts
    this.#brokenMs += this.#awake.step()
    const isBroken = this.#brokenMs > silentMs()
    if (this.#busy || now() - this.#triedAt < againMs) return
    if (isBroken === (this.#state !== 'usual')) return
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

  async #tell(): Promise<void> {
    const { send, open, claim, release } = this.#parts
    if (!claim()) {
      this.#state = 'others'
      return
    }
    const since = new Date(this.#goodAt).toISOString()
    const alarms = open().toSorted((a, b) => b.since - a.since)
    const lines = [
      `Since ${since} nobody can be told of alarms in the usual way: ${this.#why}.`,
      'This mail went past our store and our queue. Until we write again no other alarm will reach you.',
      '',
      alarms.length === 0 ? 'This process knows of nothing else.' : 'What this process knows of:',
      ...alarms.slice(0, shownAlarms).map(({ name, subject, text }) => `- ${name}, ${subject}: ${text}`),
      ...(alarms.length > shownAlarms ? [`- and ${alarms.length - shownAlarms} more`] : []),
    ]
    try {
      await send('Alarms cannot be told', lines)
    } catch (cause) {
      release()
      throw cause
    }
    this.#state = 'told'
  }

  async #tellEnd(): Promise<void> {
    const { send, release } = this.#parts
    if (this.#state === 'told') {
      await send('Alarms are told again', [
        'Alarms are told in the usual way again. What is open you hear from there.',
      ])
      release()
    }
    this.#state = 'usual'
  }
}

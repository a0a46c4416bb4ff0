import type { Alarms } from '#ground/platform/alarms.ts'
import { AwakeTime } from '#ground/platform/awake-time.ts'
import { utcWords } from '#ground/platform/utc-words.ts'

/** How often a process looks for silence, at least. */
export const lookEveryMs = 10_000

export interface DeadManParts {
  readonly alarms: Alarms
  /** Silence of a watcher from which it is told, beyond its own interval (ms). */
  readonly silentMs: () => number
  /** How often it looks. */
  readonly lookMs: number
  readonly now: () => number
}

interface Watcher {
  readonly everyMs: number
  heardAt: number
  /** How long it has said nothing while this process was awake. */
  silentForMs: number
}

/**
 * Watches the watchers: each says when it has done its round, and one that says nothing any more is told. Silence of a
 * watcher is never taken for peace, nor for a fault of what it watches. Runs by a timer of its own, apart from theirs.
 */
export class DeadMan {
  readonly #parts: DeadManParts
  readonly #watchers = new Map<string, Watcher>()
  readonly #awake: AwakeTime
  #silent: ReadonlySet<string> = new Set()

  constructor(parts: DeadManParts) {
    this.#parts = parts
    this.#awake = new AwakeTime(parts.lookMs, parts.now)
  }

  /** From now on this watcher has to say that it has done its round. */
  expect(name: string, everyMs: number): void {
    this.#watchers.set(name, { everyMs, heardAt: this.#parts.now(), silentForMs: 0 })
  }

  /** A watcher has done its round, whatever it has seen. */
  beat(name: string): void {
    const watcher = this.#watchers.get(name)
    if (!watcher) return
    watcher.heardAt = this.#parts.now()
    watcher.silentForMs = 0
  }

  isSilent(name: string): boolean {
    return this.#silent.has(name)
  }

  /** Tells who is silent, and who is heard of again. */
  round(): void {
    const { alarms, silentMs } = this.#parts
    const silent = new Set<string>()
    const step = this.#awake.step()
    for (const [name, watcher] of this.#watchers) {
      watcher.silentForMs += step
      const { everyMs, heardAt, silentForMs } = watcher
      if (silentForMs <= everyMs + silentMs()) {
        alarms.clear('watcher-silent', name)
        continue
      }
      silent.add(name)
      alarms.raise(
        'watcher-silent',
        name,
        `nothing has been heard of the watcher ${name} since ${utcWords(heardAt)}: what it looks after is unknown since then, neither good nor bad`,
      )
    }
    this.#silent = silent
  }
}

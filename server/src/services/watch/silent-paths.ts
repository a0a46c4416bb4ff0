import { AwakeTime } from '#ground/platform/awake-time.ts'
import type { CurrentProbe } from './current-probes.ts'
import { type Beat, HeardProcesses } from './heard-processes.ts'

/** Processes say each 5 s that they are well; one that has not for so long may be the reason for what is not tried. */
const mayBeSilentMs = 10_000
/**
 * A path is told so long after it was first seen to be lost, whoever tries it being well all the time: longer than it
 * takes until its process is known to be silent, and time for a process that has just woken up or started to try again.
 */
const graceMs = 15_000

/** A process of which nothing is heard, with the paths that are unknown because of it. */
export interface SilentTrier {
  readonly process: Beat
  readonly paths: readonly CurrentProbe[]
}

/** Paths of which nothing is known, by whose fault that is. */
export interface Silence {
  /** Whoever tries them is heard of, or is gone for good: nobody else tells of it. */
  readonly paths: readonly CurrentProbe[]
  readonly processes: readonly SilentTrier[]
}

/**
 * Tells paths of ours that are silent by themselves from those whose process stands still or is gone: that process is the
 * fault, and is told once. What counts is time as the process that looks has lived through it.
 */
export class SilentPaths {
  readonly #heard: HeardProcesses
  readonly #awake: AwakeTime
  readonly #silentAfterMs: number
  /** How long each path has been seen as lost while its process was heard of. */
  #lostForMs: ReadonlyMap<string, number> = new Map()

  /**
   * @param lookMs how often it is looked
   * @param silentAfterMs from when on the silence of a process is told
   * @param now by a clock that nothing moves
   */
  constructor(lookMs: number, silentAfterMs: number, now: () => number) {
    this.#heard = new HeardProcesses(lookMs, now)
    this.#awake = new AwakeTime(lookMs, now)
    this.#silentAfterMs = silentAfterMs
  }

  /** One look at all paths, and at what all processes that have not ended say of themselves. */
  look(paths: readonly CurrentProbe[], beats: readonly Beat[]): Silence {
    const step = this.#awake.step()
    const processes = new Map(this.#heard.note(beats).map((each) => [`${each.node} ${each.pid}`, each]))
    const lostForMs = new Map<string, number>()
    const lost = paths.filter((each) => each.lost !== null)
    const silentOf = (each: CurrentProbe) => processes.get(each.process ?? '')?.silentForMs ?? 0
    for (const each of lost) {
      if (silentOf(each) > mayBeSilentMs) continue
      const key = `${each.component}\n${each.path}`
      const before = this.#lostForMs.get(key)
      lostForMs.set(key, before === undefined ? 0 : before + step)
    }
    this.#lostForMs = lostForMs
    return {
      paths: lost.filter((each) => (lostForMs.get(`${each.component}\n${each.path}`) ?? 0) >= graceMs),
      processes: [...processes]
        .filter(([, { silentForMs }]) => silentForMs >= this.#silentAfterMs)
        .map(([name, process]) => ({ process, paths: lost.filter((each) => each.process === name) }))
        .filter((each) => each.paths.length > 0),
    }
  }
}

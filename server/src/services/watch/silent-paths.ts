import { AwakeTime } from '#ground/platform/awake-time.ts'
import { type CurrentProbe, missedAfterMs } from './current-probes.ts'
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
  /** Whoever tries them has had no time for it yet, as far as was seen from here. */
  readonly early: readonly CurrentProbe[]
  readonly processes: readonly SilentTrier[]
}

/**
 * Tells paths of ours that are silent by themselves from those whose process stands still or is gone: that process is the
 * fault, and is told once. What counts is time as the process that looks has lived through it: while the site was off
 * nothing was tried, and a path is missed no sooner after a start than after its last try.
 */
export class SilentPaths {
  readonly #heard: HeardProcesses
  readonly #awake: AwakeTime
  readonly #silentAfterMs: number
  #upMs = 0
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
    this.#upMs += step
    const processes = new Map(this.#heard.note(beats).map((each) => [`${each.node} ${each.pid}`, each]))
    const lostForMs = new Map<string, number>()
    const lost = paths.filter((each) => each.lost !== null)
    const silentOf = (each: CurrentProbe) => processes.get(each.process ?? '')?.silentForMs ?? 0
    for (const each of lost) {
      if (silentOf(each) > mayBeSilentMs) continue
      const key = keyOf(each)
      const before = this.#lostForMs.get(key)
      lostForMs.set(key, before === undefined ? 0 : before + step)
    }
    this.#lostForMs = lostForMs
    const heard = lost.filter((each) => lostForMs.has(keyOf(each)))
    const isEarly = (each: CurrentProbe) =>
      this.#upMs <= missedAfterMs(each) || (lostForMs.get(keyOf(each)) ?? 0) < graceMs
    return {
      paths: heard.filter((each) => !isEarly(each)),
      early: heard.filter(isEarly),
      processes: [...processes]
        .filter(([, { silentForMs }]) => silentForMs >= this.#silentAfterMs)
        .map(([name, process]) => ({ process, paths: lost.filter((each) => each.process === name) }))
        .filter((each) => each.paths.length > 0),
    }
  }
}

const keyOf = ({ component, path }: CurrentProbe) => `${component}\n${path}`

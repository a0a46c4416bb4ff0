import { givenUpMs, isGivenUp } from './current-probes.ts'
import type { Beat } from './heard-processes.ts'
import type { Probe, ProbeStore } from './probe-store.ts'

export interface TakeOverParts {
  readonly probes: Pick<ProbeStore, 'probes' | 'noteProbes' | 'forgetPaths'>
  /** Processes that have started and not ended. */
  readonly beats: () => Promise<readonly Pick<Beat, 'node' | 'pid'>[]>
  readonly now: () => number
}

/** A process that begins to try. */
export interface NewTrier {
  readonly node: string
  /** As its alarm `process-silent` calls it. */
  readonly process: string
  readonly paths: readonly Pick<Probe, 'component' | 'path'>[]
}

/**
 * A process that has just started takes over what processes of its node tried that are gone. Paths that it tries itself are
 * unknown until its first try, and nobody misses them; those of the same parts under another name, by other roles or an
 * older version, are forgotten. Parts that it does not try stay as they are: whoever tried them may be missed.
 */
export async function takeOverPaths(
  { probes, beats, now }: TakeOverParts,
  { node, process, paths }: NewTrier,
): Promise<void> {
  const [known, running] = await Promise.all([probes.probes(), beats()])
  const others = new Set(running.map((each) => `${each.node} ${each.pid}`).filter((each) => each !== process))
  const components = new Set(paths.map((each) => each.component))
  const left = known.filter(
    (each) =>
      each.node === node && components.has(each.component) && !(each.process && others.has(each.process)),
  )
  const isOwn = (one: Probe) =>
    paths.some(({ component, path }) => component === one.component && path === one.path)
  const foreign = left.filter((each) => !isOwn(each))
  if (foreign.length > 0) await probes.forgetPaths(foreign)
  const at = now()
  // One that was tried within a round is tried again before anybody misses it.
  const away = left.filter((each) => isOwn(each) && !isGivenUp(each) && at - each.at > each.everyMs)
  if (away.length > 0)
    await probes.noteProbes(
      away.map(({ component, path }) => ({
        ...{ component, path, node, process, result: 'unknown', at, tookMs: null, everyMs: givenUpMs },
        words: 'not tried since its process has started again',
      })),
    )
}

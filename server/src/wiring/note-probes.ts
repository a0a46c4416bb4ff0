import { hostname } from 'node:os'
import { givenUpMs } from '#services/watch/current-probes.ts'
import type { ProbeTry } from '#services/watch/probe-store.ts'
import { takeOverPaths } from '#services/watch/take-over-paths.ts'
import type { Base } from './base.ts'
import { type ProbedParts, type ProbedPath, probedPaths } from './probed-paths.ts'

/** A first failure is tried again so soon: whether it lasts is known long before the next round. */
const againMs = 10_000
/** A try that has not ended by then has failed, where its path names no time of its own. */
const usualLongestMs = 30_000

export interface NotedProbes {
  /** Tries nothing any more, and writes down nothing of what is under way: it may fail for the end of this process alone. */
  end(): void
  /** Says of each path that it was given up on purpose. */
  stop(): Promise<void>
}

/**
 * Tries, again and again, what this process is there for, as somebody would who came from outside, and writes down what
 * it came to. Each path by itself: one that hangs holds up no other, and is not tried twice at a time. Nothing of it is
 * anybody's mail: no figure, no book and no notice knows of it.
 */
export function noteProbes(base: Base, parts: ProbedParts): NotedProbes {
  const { config, stores, log } = base
  const everyMs = config['watch.probeEvery']
  const node = config['node.name'] || hostname()
  if (everyMs === 0) return { end: () => undefined, stop: async () => undefined }
  // Names of processes are made of the setting alone.
  const own = { node, process: `${config['node.name']} ${process.pid}` }
  const paths = probedPaths(base, parts, node)
  const takeOver = async () => {
    const beats = () => stores.readProcesses.beats()
    await takeOverPaths({ probes: stores.watch, beats, now: () => Date.now() }, { ...own, paths: paths() })
  }
  takeOver().catch((cause: unknown) =>
    log.warn({ cause: String(cause) }, 'what was tried here before could not be taken over'),
  )
  const busy = new Set<string>()
  const hanging = new Set<string>()
  const known = new Map<string, ProbeTry>()
  let isOver = false
  const once = async (each: ProbedPath) => {
    const key = `${each.component} ${each.path}`
    if (isOver || busy.has(key)) return
    busy.add(key)
    try {
      const run = () => runWithin(each, hanging, key)
      const tried = await tryPath({ ...each, run }, everyMs, own)
      if (tried === null || isOver) return
      const isFirst = tried.result === 'failed' && known.get(key)?.result !== 'failed'
      if (isFirst && everyMs > 2 * againMs) setTimeout(() => void once(each), againMs).unref()
      known.set(key, tried)
      await stores.watch.noteProbes([tried])
    } catch (cause) {
      log.warn({ cause: String(cause), path: key }, 'a try of our own could not be written down')
    } finally {
      busy.delete(key)
    }
  }
  const timer = setInterval(() => {
    for (const each of paths()) void once(each)
  }, everyMs)
  const end = () => {
    isOver = true
    clearInterval(timer)
  }
  return {
    end,
    async stop() {
      end()
      const ended = [...known.values()].map(({ stage: _stage, steps: _steps, ...each }) => ({
        ...each,
        ...({ result: 'unknown', tookMs: null, everyMs: givenUpMs, words: 'it was stopped' } as const),
        at: Date.now(),
      }))
      await stores.watch.noteProbes(ended).catch(() => undefined)
    },
  }
}

/**
 * Runs a try for as long as it may take. What hangs goes on by itself and is not tried a second time beside it: each
 * round until its end is a failure. @throws Error where it has not ended in its time
 */
async function runWithin(
  { longestMs = usualLongestMs, run }: ProbedPath,
  hanging: Set<string>,
  key: string,
): ReturnType<ProbedPath['run']> {
  if (hanging.has(key)) throw new Error('a try before has not come to an end')
  hanging.add(key)
  const ended = run().finally(() => hanging.delete(key))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const why = new Error(`it has not come to an end within ${longestMs / 1000} s`)
    timer = setTimeout(() => reject(why), longestMs).unref()
  })
  try {
    return await Promise.race([ended, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Null: there is nothing to try now. */
async function tryPath(
  { component, path, longestMs = 0, run }: ProbedPath,
  everyMs: number,
  own: Pick<ProbeTry, 'node' | 'process'>,
): Promise<ProbeTry | null> {
  const started = performance.now()
  const end = (result: ProbeTry['result'], words: string, more: Partial<ProbeTry> = {}): ProbeTry => ({
    ...{ component, path, ...own, result, words, at: Date.now() },
    // One that may take longer than a round is not silent before its end.
    everyMs: Math.max(everyMs, longestMs),
    tookMs: performance.now() - started,
    ...more,
  })
  try {
    const tried = await run()
    if (tried === null) return null
    const { failed, isUnknown = false, stage, steps } = tried
    const more = { ...(stage && { stage }), ...(steps && { steps }) }
    if (isUnknown) return end('unknown', failed ?? '', { tookMs: null })
    return end(failed === null ? 'ok' : 'failed', failed ?? '', more)
  } catch (cause) {
    return end('failed', (cause as Error).message)
  }
}

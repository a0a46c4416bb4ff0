import { hostname } from 'node:os'
import { givenUpMs } from '#services/watch/current-probes.ts'
import type { ProbeTry } from '#services/watch/probe-store.ts'
import type { Base } from './base.ts'
import { type ProbedParts, type ProbedPath, probedPaths } from './probed-paths.ts'

/**
 * Tries, again and again, what this process is there for, as somebody would who came from outside, and writes down what
 * it came to. Each path by itself: one that hangs holds up no other, and is not tried twice at a time. Nothing of it is
 * anybody's mail: no figure, no book and no notice knows of it.
 */
export function noteProbes(base: Base, parts: ProbedParts): { stop(): Promise<void> } {
  const { config, stores, log } = base
  const everyMs = config['watch.probeEvery']
  const node = config['node.name'] || hostname()
  if (everyMs === 0) return { stop: async () => undefined }
  const paths = probedPaths(base, parts, node)
  const busy = new Set<string>()
  const known = new Map<string, ProbeTry>()
  const once = async (each: ProbedPath) => {
    const key = `${each.component} ${each.path}`
    if (busy.has(key)) return
    busy.add(key)
    try {
      const tried = await tryPath(each, everyMs, node)
      if (tried === null) return
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
  return {
    async stop() {
      clearInterval(timer)
      const ended = [...known.values()].map(({ stage: _stage, steps: _steps, ...each }) => ({
        ...each,
        ...({ result: 'unknown', tookMs: null, everyMs: givenUpMs, words: 'it was stopped' } as const),
        at: Date.now(),
      }))
      await stores.watch.noteProbes(ended).catch(() => undefined)
    },
  }
}

/** Null: there is nothing to try now. */
async function tryPath(
  { component, path, longestMs = 0, run }: ProbedPath,
  everyMs: number,
  node: string,
): Promise<ProbeTry | null> {
  const started = performance.now()
  const end = (result: ProbeTry['result'], words: string, more: Partial<ProbeTry> = {}): ProbeTry => ({
    ...{ component, path, node, result, words, at: Date.now() },
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

import { hostname } from 'node:os'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { isTemporary } from '#ground/platform/dns/resolver.ts'
import type { ProbedComponent, ProbeTry } from '#services/watch/probe-store.ts'
import type { Base } from './base.ts'
import { tryDoor } from './try-door.ts'

/** What a process tries of itself. */
export interface ProbedParts {
  /** Ports of its gateway; none: it has no gateway. */
  readonly ports: () => readonly number[]
  /** How it asks DNS; null: it asks nobody. */
  readonly resolver: Pick<Resolver, 'lookup'> | null
  readonly hasJobs: boolean
}

type Tried = { readonly failed: string | null }

/** So long a path that was given up on purpose is of no concern. */
const everMs = 400 * 86_400_000
const lookUpMs = 10_000

/**
 * Tries, again and again, what this process is there for, as somebody would who came from outside, and writes down what
 * it came to. Nothing of it is mail: no figure, no book and no notice knows of it.
 */
export function noteProbes(base: Base, parts: ProbedParts): { stop(): Promise<void> } {
  const { config, stores, log } = base
  const everyMs = config['watch.probeEvery']
  const node = config['node.name'] || hostname()
  if (everyMs === 0) return { stop: async () => undefined }
  let busy = false
  const known = new Map<string, ProbeTry>()
  const round = async () => {
    if (busy) return
    busy = true
    try {
      const tries = await Promise.all(pathsOf(base, parts, node).map((each) => tryPath(each, everyMs, node)))
      for (const each of tries) known.set(`${each.component} ${each.path}`, each)
      await stores.watch.noteProbes(tries)
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'tries of our own could not be written down')
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void round(), everyMs)
  return {
    async stop() {
      clearInterval(timer)
      const ended = [...known.values()].map((each) => ({
        ...each,
        ...({ result: 'unknown', tookMs: null, everyMs: everMs, words: 'it was stopped' } as const),
        at: Date.now(),
      }))
      await stores.watch.noteProbes(ended).catch(() => undefined)
    },
  }
}

interface ProbedPath {
  readonly component: ProbedComponent
  readonly path: string
  readonly run: () => Promise<Tried>
}

function pathsOf(base: Base, { ports, resolver, hasJobs }: ProbedParts, node: string): ProbedPath[] {
  const { config, alarms, stores } = base
  const told = (...names: string[]) => {
    const open = alarms.open().find((each) => names.includes(each.name))
    return { failed: open?.text ?? null }
  }
  const host = config['site.host']
  return [
    ...ports().map((port) => ({
      ...({ component: 'inbound', path: `door ${port} of ${node}` } as const),
      run: () => tryDoor(port, host),
    })),
    ...(ports().length > 0
      ? [
          {
            ...({ component: 'certificates', path: node } as const),
            run: async () => told('handshake-fails', 'certificate-wrong'),
          },
        ]
      : []),
    ...(resolver
      ? [{ ...({ component: 'dns', path: node } as const), run: () => lookUp(resolver, host) }]
      : []),
    ...(hasJobs
      ? [
          {
            ...({ component: 'content', path: node } as const),
            run: async () => told('content-unavailable'),
          },
          {
            ...({ component: 'quarantine', path: `list at ${node}` } as const),
            run: async () => {
              await stores.readQuarantine.list({}, 1)
              return { failed: null }
            },
          },
        ]
      : []),
  ]
}

async function tryPath(
  { component, path, run }: ProbedPath,
  everyMs: number,
  node: string,
): Promise<ProbeTry> {
  const started = performance.now()
  const end = (result: ProbeTry['result'], words: string): ProbeTry => ({
    ...{ component, path, node, result, words, everyMs, at: Date.now() },
    tookMs: performance.now() - started,
  })
  try {
    const { failed } = await run()
    return end(failed === null ? 'ok' : 'failed', failed ?? '')
  } catch (cause) {
    return end('failed', (cause as Error).message)
  }
}

/** Any answer will do, also that there is none such. */
async function lookUp(resolver: Pick<Resolver, 'lookup'>, name: string): Promise<Tried> {
  const started = performance.now()
  const answer = await resolver.lookup(name, 'A')
  if (isTemporary(answer)) return { failed: 'reason' in answer ? answer.reason : answer.status }
  const tookMs = performance.now() - started
  return { failed: tookMs > lookUpMs ? `an answer took ${Math.round(tookMs)} ms` : null }
}

import { readdirSync } from 'node:fs'
import type { TestSite } from '../tests/harness/site.ts'

/** How many of what was measured took so long at most: upper bounds in milliseconds, with counts up to them. */
type Counts = readonly (readonly [upTo: number, count: number])[]

/** What a running server says of itself at one moment. */
export interface Sample {
  readonly at: number
  /** Resident memory in bytes. */
  readonly rss: number
  /** Heap in use of the main thread, in bytes. */
  readonly heap: number
  /** Open files, sockets among them. */
  readonly files: number
  /** What keeps the event loop of the main thread: sockets, timers, threads. */
  readonly handles: number
  /** How late timers of the main thread were since the last sample, in seconds. */
  readonly loopP99: number
  readonly accepted: number
  readonly inspection: Counts
  readonly answer: Counts
}

export async function readSample(site: TestSite): Promise<Sample> {
  const page = await (await fetch(`http://127.0.0.1:${site.consolePort}/metrics`)).text()
  const value = (name: string) => Number(new RegExp(`^mailkeep_${name} (\\S+)$`, 'm').exec(page)?.[1] ?? 0)
  const counts = (name: string): Counts =>
    [...page.matchAll(new RegExp(`^mailkeep_${name}_bucket\\{le="([^"]+)"\\} (\\d+)$`, 'gm'))].map(
      ([, upTo, count]) => [upTo === '+Inf' ? Number.POSITIVE_INFINITY : Number(upTo) * 1000, Number(count)],
    )
  return {
    at: Date.now(),
    rss: site.memory(),
    heap: value('nodejs_heap_size_used_bytes'),
    files: readdirSync(`/proc/${site.pid}/fd`).length,
    handles: value('nodejs_active_resources_total'),
    loopP99: value('nodejs_eventloop_lag_p99_seconds'),
    accepted: value('gateway_accepted_total'),
    inspection: counts('inspection_seconds'),
    answer: counts('gateway_accept_seconds'),
  }
}

/** The time below which a share of what was measured between two samples lies; within bounds in proportion. */
export function shareBelow(from: Counts = [], to: Counts = [], share: number): number {
  const counts = to.map(([upTo, count], i) => [upTo, count - (from[i]?.[1] ?? 0)] as const)
  const wanted = share * (counts.at(-1)?.[1] ?? 0)
  if (wanted === 0) return 0
  let [lower, below] = [0, 0]
  for (const [upTo, count] of counts) {
    if (count >= wanted && count > below)
      return upTo === Number.POSITIVE_INFINITY
        ? lower
        : lower + ((upTo - lower) * (wanted - below)) / (count - below)
    ;[lower, below] = [upTo, count]
  }
  return lower
}

import type { Probe, ProbeStore } from './probe-store.ts'

/** Rounds without a word from which on a path is unknown: so that it is told within three of them. */
const missedRounds = 2.5
/** Clocks of two machines are never quite the same. */
const aheadMs = 30_000

/** How often a path is tried that was given up on purpose: its silence is of no concern. */
export const givenUpMs = 400 * 86_400_000

/** Whether a path was given up on purpose: it speaks neither for its component nor against it. */
export function isGivenUp({ everyMs }: Pick<Probe, 'everyMs'>): boolean {
  return everyMs >= givenUpMs
}

/** How a path does now. */
export interface CurrentProbe extends Probe {
  /** Why nothing is known of it: it is not tried any more, or by a wrong clock. Null: it was tried. */
  readonly lost: 'silent' | 'clock' | null
}

/**
 * How all paths do now. One that has not been tried for some rounds is unknown, since it was last tried; so is one whose
 * last try is still to come: somebody's clock is wrong, and what was seen may be of any time.
 */
export async function currentProbes(store: Pick<ProbeStore, 'probes'>, now: number): Promise<CurrentProbe[]> {
  return (await store.probes()).map((each) => {
    const lost = lostBy(each, now)
    if (lost === null || each.result === 'unknown') return { ...each, lost }
    return {
      ...each,
      lost,
      result: 'unknown',
      since: Math.min(each.at, now),
      inRow: 1,
      tookMs: null,
      words: lost === 'clock' ? 'tried by a clock that is ahead of ours' : 'not tried since then',
    }
  })
}

function lostBy({ at, everyMs }: Probe, now: number): CurrentProbe['lost'] {
  if (at - now > aheadMs) return 'clock'
  return now - at > missedAfterMs({ everyMs }) ? 'silent' : null
}

/** How long after a try a path is unknown (ms). */
export function missedAfterMs({ everyMs }: Pick<Probe, 'everyMs'>): number {
  return missedRounds * everyMs
}

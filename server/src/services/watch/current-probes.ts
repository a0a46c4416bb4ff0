import type { Probe, ProbeStore } from './probe-store.ts'

/** Rounds without a word from which on a path is unknown. */
const missedRounds = 3

/** How all paths do now: one that has not been tried for three rounds is unknown, since it was last tried. */
export async function currentProbes(store: Pick<ProbeStore, 'probes'>, now: number): Promise<Probe[]> {
  return (await store.probes()).map((each) => {
    const isSilent = now - each.at > missedRounds * each.everyMs
    if (!isSilent || each.result === 'unknown') return each
    return {
      ...each,
      result: 'unknown',
      since: each.at,
      inRow: 1,
      tookMs: null,
      words: 'not tried since then',
    }
  })
}

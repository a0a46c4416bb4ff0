import type { LaneSums } from '#flow/spool/lane-flow.ts'

/** How long it is looked back for how fast mail comes and leaves. */
export const flowWindowMs = 120_000

/** How mail of one next hop, or of several, flows. */
export interface Flow {
  /** Deliveries a minute that come, and that leave, whatever becomes of them. */
  readonly comes: number
  readonly leaves: number
  /** Milliseconds until nothing waits if it goes on like this; null: never, more comes than leaves or nothing leaves. */
  readonly emptyInMs: number | null
}

/**
 * How fast a queue empties, from what came and left within `flowWindowMs`.
 * @param waiting deliveries that wait now
 */
export function timeToEmpty(waiting: number, sums: readonly Pick<LaneSums, 'came' | 'gone'>[]): Flow {
  const came = sums.reduce((sum, each) => sum + each.came, 0)
  const gone = sums.reduce((sum, each) => sum + each.gone, 0)
  const perMinute = (count: number) => (count * 60_000) / flowWindowMs
  const net = gone - came
  return {
    comes: perMinute(came),
    leaves: perMinute(gone),
    emptyInMs: waiting === 0 ? 0 : net > 0 ? Math.round((waiting / net) * flowWindowMs) : null,
  }
}

import type { DrillLease } from '#services/drill/drill-lease.ts'
import type { LiveDrillStore } from '#services/drill/live-drill-store.ts'
import type { RunDrillParts } from '#services/drill/run-live-drill.ts'

/** Where it is written how far a drill is. */
export interface DrillKeeper {
  readonly liveDrills: Pick<LiveDrillStore, 'save'>
  readonly readLiveDrills: Pick<LiveDrillStore, 'read'>
}

/**
 * Writes how far a drill of this process is, for as long as it is ours.
 * @throws Error where another process has taken it over, or the lease has run out: its road is closed then
 */
export function keepDrill(
  { liveDrills, readLiveDrills }: DrillKeeper,
  lease: DrillLease,
  instance: string,
): RunDrillParts['save'] {
  return async (drill) => {
    const isOurs = await lease.renew(() => liveDrills.save(drill, instance, Date.now()))
    if (!isOurs) throw new Error('another process has taken it over')
    return drill.endedAt === null ? ((await readLiveDrills.read(drill.id))?.stoppedBy ?? null) : null
  }
}

import { silentAfterMs } from '#ground/platform/process-beats.ts'
import { SilentPaths } from '#services/watch/silent-paths.ts'
import { probesEveryMs, type WatchProbesParts } from '#services/watch/watch-probes.ts'
import type { Base } from './base.ts'

/** What watches tries of our own: those of all processes, and how the processes themselves do. */
export function createProbeWatch({ stores, alarms }: Base): WatchProbesParts {
  return {
    ...{ probes: stores.watch, probeMail: stores.probeMail, readProbes: stores.readWatch },
    ...{ findings: stores.watch, alarms },
    beats: () => stores.readProcesses.beats(),
    silence: new SilentPaths(probesEveryMs, silentAfterMs, () => performance.now()),
    now: () => Date.now(),
  }
}

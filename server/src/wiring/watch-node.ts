import { takeLiveSettings } from '#ground/platform/config/load-config.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { DiskWatch } from '#ground/platform/disk-watch.ts'
import { reusableBytes } from '#ground/storage/database/reusable-space.ts'
import type { Base } from './base.ts'

/** Takes new values of live settings into use; all parts of the node look into the same settings. */
export function takeSettings({ config, log }: Base, next: Config): void {
  const { taken, atNextStart } = takeLiveSettings(config, next)
  log.setLevel(config['log.level'])
  log.info({ taken, atNextStart }, 'the settings were read anew')
}

/** Time in which the first snapshot of the directory is written after a start; on a busy machine it takes seconds. */
const firstSnapshotMs = 20_000

/**
 * Takes a newer snapshot into use, and tells when recipients cannot be looked up. Where there has been none yet, that is
 * a fault only once it should have been written.
 * @param runsForMs how long this process has run
 */
export function refreshSnapshot({ snapshot, alarms, metrics }: Base, runsForMs: number): void {
  snapshot.refresh()
  metrics.snapshotAge.set((snapshot.ageMs() ?? 0) / 1000)
  const trouble = snapshot.trouble()
  if (trouble !== null && snapshot.version() === null && runsForMs < firstSnapshotMs) return
  if (trouble === null) alarms.clear('directory-unavailable', 'snapshot')
  else
    alarms.raise(
      'directory-unavailable',
      'snapshot',
      `recipients cannot be looked up and hear 451: ${trouble}`,
    )
}

/** Does so each second, from now until the timer is cleared. */
export function followSnapshot(base: Base): NodeJS.Timeout {
  const since = performance.now()
  return setInterval(() => refreshSnapshot(base, performance.now() - since), 1000)
}

/** Measures the disk of the spool, and tells when it fills up. */
export async function watchDisk({ folder, config, alarms, metrics }: Base): Promise<DiskWatch> {
  const disk = new DiskWatch(
    folder,
    () => reusableBytes(folder),
    (percent, free) => {
      metrics.diskPercent.set(percent)
      if (percent >= config['spool.diskAlarm'])
        alarms.raise(
          'disk-filling',
          folder,
          `the disk of the spool is ${percent.toFixed(1)} % full, ${Math.round(free / (1 << 20))} MB are left; from ${config['spool.diskRefuse']} % on new mail hears 452`,
        )
      else alarms.clear('disk-filling', folder)
      // As new mail is refused (see Admission): by either of the two.
      if (percent >= config['spool.diskRefuse'] || free < config['spool.diskReserve'])
        alarms.raise('disk-full', folder, `the disk of the spool is full: new mail hears 452 at this node`)
      else alarms.clear('disk-full', folder)
    },
  )
  await disk.start()
  return disk
}

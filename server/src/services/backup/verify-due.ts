import type { BackupReport } from './backup-report.ts'

/** The first proof comes an hour after the first backup: that one can be restored is not left open for a week. */
const firstMs = 3_600_000
/** One that came to nothing, or has found damage, is followed by the next within a day: the disk may be mended by then. */
const againMs = 24 * 3_600_000

/**
 * When the newest backup is verified without being asked for (ms). Null: never, or there is none. Pure.
 * @param everyMs `backup.verify`; 0: never
 */
export function verifyDueAt(
  { backups, proof, triedAt }: Pick<BackupReport, 'backups' | 'proof' | 'triedAt'>,
  everyMs: number,
): number | null {
  const [oldest] = backups
  if (everyMs === 0 || oldest === undefined) return null
  const [proved, tried] = [proof?.checkedAt ?? 0, triedAt ?? 0]
  const last = Math.max(proved, tried)
  if (last === 0) return oldest.at + Math.min(everyMs, firstMs)
  const isProved = tried <= proved && proof?.faults.length === 0
  return last + (isProved ? everyMs : Math.min(everyMs, againMs))
}

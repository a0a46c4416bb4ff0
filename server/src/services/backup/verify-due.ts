import type { BackupReport } from './backup-report.ts'
import { goalMs } from './judge-backups.ts'

/** The first proof comes an hour after backups are there: that one can be restored is not left open for a week. */
const firstMs = 3_600_000
/** One that came to nothing, or has found damage, is followed by the next within a day: the disk may be mended by then. */
const againMs = 24 * 3_600_000

/**
 * When the newest backup is verified without being asked for (ms). Null: never, or not known yet. Never where the last took
 * longer than backups may wait (PL-09): somebody chooses a quiet hour for it. Pure.
 * @param everyMs `backup.verify`; 0: never
 */
export function verifyDueAt(
  { backups, proof, triedAt, seenAt = null }: Pick<BackupReport, 'backups' | 'proof' | 'triedAt' | 'seenAt'>,
  everyMs: number,
  now: number,
): number | null {
  if (everyMs === 0 || backups.length === 0) return null
  if (proof !== null && proof.tookMs > goalMs) return null
  // A clock that was ahead has written times to come: nothing is known of them.
  const known = (at: number | null | undefined) => (at != null && at <= now ? at : 0)
  const [proved, tried] = [known(proof?.checkedAt), known(triedAt)]
  const last = Math.max(proved, tried)
  if (last === 0) return seenAt === null ? null : Math.min(seenAt, now) + Math.min(everyMs, firstMs)
  const isProved = tried <= proved && proof?.faults.length === 0
  return last + (isProved ? everyMs : Math.min(everyMs, againMs))
}

import type { BackupReport } from './backup-report.ts'

/** The database is put together, and what SQLite writes beside it comes on top. */
const share = 1.1

/**
 * Why the newest cannot be verified where its folder lies, in words; null: there is room, or nobody can tell. A full disk may be
 * that of the data folder too, and then mail waits. Pure.
 */
export function roomLacking({
  databaseBytes,
  freeBytes,
}: Pick<BackupReport, 'databaseBytes' | 'freeBytes'>): string | null {
  if (databaseBytes === null || freeBytes === null || freeBytes >= databaseBytes * share) return null
  const [needed, free] = [databaseBytes * share, freeBytes].map((bytes) => Math.ceil(bytes / 2 ** 20))
  return `it takes ${needed} MiB of room beside the backups for a while, and ${free} MiB are free`
}

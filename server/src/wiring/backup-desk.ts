import { readBackupReport } from '#ground/storage/backups/report-file.ts'
import { putBackupWish, readBackupWish } from '#ground/storage/backups/wish-file.ts'
import type { BackupDesk } from '#services/backup/backup-report.ts'

/** By files of the data folder: who makes backups may belong to another process of the site than who is asked. */
export function createBackupDesk(folder: string): BackupDesk {
  return {
    report: () => readBackupReport(folder),
    wish: () => readBackupWish(folder),
    ask: (wish) => putBackupWish(folder, wish),
  }
}

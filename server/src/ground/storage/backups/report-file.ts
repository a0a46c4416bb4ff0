import { renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupReport } from '#services/backup/backup-report.ts'

/** In the data folder; it is in no backup. */
const name = 'backup-report'

/** Writes what the process that makes backups says of itself. Not synced: the next one follows soon. */
export function writeBackupReport(data: string, report: BackupReport): void {
  const path = join(data, name)
  writeFileSync(`${path}.new`, JSON.stringify(report), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Null: there is none, or none that can be understood: the next one comes soon. */
export async function readBackupReport(data: string): Promise<BackupReport | null> {
  try {
    const found = JSON.parse(await readFile(join(data, name), 'utf8')) as BackupReport
    return Array.isArray(found.backups) && Number.isFinite(found.writtenAt) ? found : null
  } catch (cause) {
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}

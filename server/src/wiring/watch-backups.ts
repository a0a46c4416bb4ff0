import { utcWords } from '#ground/platform/utc-words.ts'
import { readLastBackup } from '#ground/storage/last-backup.ts'
import type { Base } from './base.ts'

/**
 * Tells that copies of the data folder are not made any more: a broken cron job is found when the disk is lost. Where none was
 * ever made, the folder is saved in another way, or not to be saved.
 */
export async function watchBackups(
  { folder, config, alarms }: Pick<Base, 'folder' | 'config' | 'alarms'>,
  now: number,
): Promise<void> {
  const [last, lateMs] = [await readLastBackup(folder), config['backup.lateAfter']]
  if (last === null || lateMs === 0 || now - last <= lateMs) return alarms.clear('backup-late', 'backup')
  alarms.raise(
    'backup-late',
    'backup',
    `the last copy of the data folder has everything up to ${utcWords(last)}, and none was made since; what changes after that is lost with the disk`,
  )
}

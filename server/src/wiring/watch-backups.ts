import { utcWords } from '#ground/platform/utc-words.ts'
import { readBackupReport } from '#ground/storage/backups/report-file.ts'
import { readLastBackup } from '#ground/storage/last-backup.ts'
import { proofTroubles } from '#services/backup/proof-troubles.ts'
import type { Base } from './base.ts'

interface Rounds {
  readonly startedAt: number
  readonly fault: string | null
  /** Null: nobody has looked yet. */
  readonly faults: readonly string[] | null
  readonly isVerifying: boolean
}

/**
 * Tells that copies of the data folder are not made any more: a broken cron job is found when the disk is lost. Where none was
 * ever made, the folder is saved in another way, or not to be saved; unless the server is to make them.
 * What is wrong with old ones in the folder of the server, and what a verification of the newest came to, is told apart, since
 * new ones are made all the same.
 * @param rounds backups that the server makes itself: since when, why the last was not made, and what is wrong with old ones
 */
export async function watchBackups(
  { folder, config, alarms }: Pick<Base, 'folder' | 'config' | 'alarms'>,
  now: number,
  rounds: Rounds | null,
): Promise<void> {
  tellFaults(rounds?.faults ?? null, config['backup.folder'], alarms)
  await tellProof(folder, config['backup.folder'], alarms)
  const last = await readLastBackup(folder)
  const [since, lateMs] = rounds
    ? [Math.max(last ?? 0, rounds.startedAt), 2 * config['backup.every']]
    : [last ?? now, config['backup.lateAfter']]
  if (lateMs === 0 || now - since <= lateMs) return alarms.clear('backup-late', 'backup')
  const had =
    last === null
      ? 'there is no copy of the data folder'
      : `the last copy of the data folder has everything up to ${utcWords(last)}, and none was made since`
  const runs = rounds?.isVerifying ? 'backups wait while one is verified' : 'the one that runs takes long'
  const why = rounds ? `; ${config['backup.folder']}: ${rounds.fault ?? runs}` : ''
  alarms.raise('backup-late', 'backup', `${had}; what changes after that is lost with the disk${why}`)
}

function tellFaults(faults: readonly string[] | null, folder: string, alarms: Base['alarms']): void {
  const [first, ...more] = faults ?? []
  if (first === undefined) {
    // Where the server makes none any more, nobody is asked whether it is mended.
    if (faults !== null || folder === '') alarms.clear('backup-damaged', 'backup')
    return
  }
  const others = more.length === 0 ? '' : `; and ${more.length} more`
  alarms.raise('backup-damaged', 'backup', `${folder}: ${first}${others}; new backups are made all the same`)
}

/** Until the next verification finds it whole. A report that cannot be read says nothing new. */
async function tellProof(data: string, folder: string, alarms: Base['alarms']): Promise<void> {
  if (folder === '') return alarms.clear('backup-damaged', 'verification')
  const report = await readBackupReport(data)
  // While one is verified it is open what comes of it.
  if (report?.folder !== folder || report.doing?.what === 'verify') return
  const [first, ...more] = proofTroubles(report)
  if (first === undefined) return alarms.clear('backup-damaged', 'verification')
  alarms.raise('backup-damaged', 'verification', `${folder}: ${[first, ...more].join('; ')}`)
}

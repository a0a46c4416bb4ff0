import { type AccessOrder, recordAccess } from '#services/access/access-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { BackupDesk, BackupWork } from './backup-report.ts'
import { judgeBackups } from './judge-backups.ts'

export interface BackupOrdering extends AccessOrder {
  readonly desk: BackupDesk
  /** `backup.folder` and `backup.every`. */
  readonly folder: string
  readonly everyMs: number
}

const busyWords = {
  backup: 'a backup is being made',
  verify: 'a backup is being verified',
} as const

/**
 * Asks the process that makes backups for one now, or to prove that the newest can be restored; it begins within a second,
 * or when what it does is done. @throws OrderError conflict where nobody would hear it, or it is asked for already
 */
export async function orderBackup(order: BackupOrdering, what: BackupWork): Promise<void> {
  const { desk, folder, everyMs, at, who } = order
  const [report, wish] = await Promise.all([desk.report(), desk.wish()])
  const { state, troubles } = judgeBackups({ folder, everyMs, report, now: at })
  if (state === 'off')
    throw new OrderError('conflict', 'no folder for backups is set: name it in backup.folder')
  if (state === 'silent') throw new OrderError('conflict', troubles[0] ?? '')
  if (report?.doing?.what === what) throw new OrderError('conflict', busyWords[what])
  if (wish !== null) throw askedAlready(wish.who)
  if (what === 'verify' && report?.backups.length === 0)
    throw new OrderError('conflict', 'there is no backup yet that could be verified')
  await recordAccess(order, what === 'backup' ? 'backup-ordered' : 'backup-verify-ordered', null, { folder })
  // Two at the same moment both stand in the audit log, and one of them is told so.
  if (!(await desk.ask({ what, who, at }))) throw askedAlready('somebody else')
}

const askedAlready = (who: string) =>
  new OrderError('conflict', `${who} has asked already, and it begins soon`)

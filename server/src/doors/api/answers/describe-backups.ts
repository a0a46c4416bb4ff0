import { resolve } from 'node:path'
import type { BackupState } from '@mailkeep/contract'
import type { BackupReport, BackupWish } from '#services/backup/backup-report.ts'
import { type BackupJudgement, goalMs } from '#services/backup/judge-backups.ts'
import { verifyDueAt } from '#services/backup/verify-due.ts'
import { moment } from './moment.ts'

interface Shown extends BackupJudgement {
  readonly folder: string
  readonly everyMs: number
  /** The data folder. */
  readonly data: string
  /** Null: no process has said anything of this folder. */
  readonly report: BackupReport | null
  readonly wish: BackupWish | null
  /** `backup.verify`. */
  readonly verifyEveryMs: number
  readonly now: number
}

/** How backups do, as the contract has it. */
export function describeBackups(shown: Shown): BackupState {
  const { state, troubles, folder, everyMs, data, report, wish } = shown
  const { doing = null, proof = null, nextAt = 0 } = report ?? {}
  const verifyAt = report && verifyDueAt(report, shown.verifyEveryMs, shown.now)
  const from = quoted(folder === '' ? 'BACKUPS' : resolve(folder))
  return {
    ...{ state, troubles: [...troubles], folder, everyMs, goalMs },
    nextAt: nextAt > 0 ? moment(nextAt) : null,
    doing: doing && { ...doing, since: moment(doing.since) },
    ordered: wish && { ...wish, at: moment(wish.at) },
    proof: proof && {
      ...{ of: moment(proof.of), checkedAt: moment(proof.checkedAt) },
      ...{ tookMs: proof.tookMs, files: proof.files, faults: [...proof.faults] },
    },
    verifyAt: verifyAt === null ? null : moment(verifyAt),
    verifyEveryMs: shown.verifyEveryMs,
    backups: (report?.backups ?? [])
      .map((each) => ({ ...each, at: moment(each.at), madeAt: each.madeAt ? moment(each.madeAt) : null }))
      .reverse(),
    databaseBytes: report?.databaseBytes ?? null,
    freeBytes: report?.freeBytes ?? null,
    restore: `./mailkeep restore ${quoted(resolve(data))} --from ${from}`,
    restoreList: `./mailkeep restore --list --from ${from}`,
  }
}

/** A path as a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}

import { utcWords } from '#ground/platform/utc-words.ts'
import type { BackupReport } from './backup-report.ts'
import { proofTroubles } from './proof-troubles.ts'

/** What the loss of a disk may cost (PL-09). */
export const goalMs = 300_000
/**
 * The process says something each quarter of a minute. While it works it may be deep in one thing: SQLite that checks a large
 * database, a folder of many files; and where it has ended it is started again within seconds and says so.
 */
const silentMs = { waits: 60_000, works: 600_000 }
/** A slow disk is read so fast at least (bytes a ms), where the whole database is copied or checked at one go. */
const slowestBytes = 10_000

export interface BackupsNow {
  /** `backup.folder`; empty: none are made. */
  readonly folder: string
  readonly everyMs: number
  /** Null: no process has said anything. */
  readonly report: BackupReport | null
  readonly now: number
}

export interface BackupJudgement {
  /** `first`: the first one is not made yet. */
  readonly state: 'off' | 'first' | 'well' | 'late' | 'damaged' | 'silent'
  /** What is wrong and what to do, in sentences; empty: nothing. */
  readonly troubles: readonly string[]
  /** Of the newest backup (ms); null: there is none. */
  readonly ageMs: number | null
}

/** How the backups of a site do. Pure. */
export function judgeBackups({ folder, everyMs, report, now }: BackupsNow): BackupJudgement {
  if (folder === '') return { state: 'off', troubles: [], ageMs: null }
  const its = report?.folder === folder ? report : null
  const newest = its?.backups.at(-1) ?? null
  const ageMs = newest === null ? null : now - newest.at
  const silent = silenceOf(its, now)
  const late = lateWords(its, ageMs, everyMs)
  const damage = damageWords(its)
  const state = silent !== null ? 'silent' : late !== null ? 'late' : damage.length > 0 ? 'damaged' : null
  const troubles = [silent, late, ...damage, slowWords(everyMs)].filter((each) => each !== null)
  return { state: state ?? (newest === null ? 'first' : 'well'), troubles, ageMs }
}

function silenceOf(report: BackupReport | null, now: number): string | null {
  const todo = 'See that a process with the role jobs runs, and look into its log.'
  if (report === null) return `No process has said yet that it makes backups in this folder. ${todo}`
  const worksMs = silentMs.works + (report.databaseBytes ?? 0) / slowestBytes
  const limitMs = report.doing === null ? silentMs.waits : worksMs
  if (now - report.writtenAt <= limitMs) return null
  return `Nothing was heard of the process that makes backups since ${utcWords(report.writtenAt)}. ${todo}`
}

/** A pace that is slower than what is promised is told apart (slowWords): late is what is later than that. */
function lateWords(report: BackupReport | null, ageMs: number | null, everyMs: number): string | null {
  if (report === null) return null
  const { fault, nextAt } = report
  const limitMs = everyMs < goalMs ? goalMs : everyMs + goalMs
  const isOld = ageMs !== null && ageMs > limitMs
  if (fault !== null)
    return `No backup was made: ${fault}. It is tried again by itself${nextAt > 0 ? ` at ${utcWords(nextAt)}` : ''}.`
  if (!isOld) return null
  const why = {
    backup: 'the one that is being made takes long',
    verify: 'backups wait while one is verified',
    none: 'the next one is due',
  }[report.doing?.what ?? 'none']
  return `The newest backup is older than ${Math.round(limitMs / 60_000)} minutes: ${why}.`
}

/** What stands on damage, and what a proof has found. */
function damageWords(report: BackupReport | null): string[] {
  if (report === null) return []
  const told = report.faults.map((each) => `Of old backups: ${each}.`)
  return [...told, ...proofTroubles(report).map((each) => `T${each.slice(1)}.`)]
}

function slowWords(everyMs: number): string | null {
  if (everyMs < goalMs) return null
  const minutes = Math.round(everyMs / 60_000)
  const pace = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
  return `A backup is made every ${pace} (backup.every): that much is lost with the disk. 4m keeps it within five minutes.`
}

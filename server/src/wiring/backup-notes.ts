import { statfsSync } from 'node:fs'
import { BackupPlace } from '#ground/storage/backups/backup-place.ts'
import type { Generation } from '#ground/storage/backups/generation.ts'
import { readProof } from '#ground/storage/backups/proof-file.ts'
import { readBackupReport, writeBackupReport } from '#ground/storage/backups/report-file.ts'
import {
  type BackupReport,
  type BackupWork,
  type KeptBackup,
  mostListed,
} from '#services/backup/backup-report.ts'
import { roomLacking } from '#services/backup/room-for-proof.ts'
import { standingFault } from '#services/backup/standing-fault.ts'
import { verifyDueAt } from '#services/backup/verify-due.ts'

/** How often it is said that the process is there, and how far it is while it works. */
const everyMs = { waits: 15_000, works: 1000 }

/** What the process that makes backups says of itself, for who looks at them. It never throws: backups go on unseen. */
export class BackupNotes {
  readonly #data: string
  #report: BackupReport

  /** @param folder of backups, as the settings name it */
  constructor(data: string, folder: string) {
    this.#data = data
    this.#report = {
      ...{ folder, writtenAt: 0, doing: null, fault: null, nextAt: 0, faults: [] },
      ...{ proofFault: null, triedAt: null, seenAt: null },
      ...listOf(folder),
    }
  }

  /** Takes over what the process before has said of proofs in this folder: one that a proof has ended is not to try at once. */
  async recall(): Promise<void> {
    const before = await readBackupReport(this.#data).catch(() => null)
    if (before === null || before.folder !== this.#report.folder) return
    const { proofFault, triedAt = null, seenAt = null, isTrying = false } = before
    this.#report = judged({ ...this.#report, proofFault, triedAt, seenAt, isTrying })
  }

  /**
   * Something begins. That a verification was interrupted is no fault of the backups, as a server may end in the middle of
   * one: who ends the process of the next one too has left behind that none comes to its end.
   */
  begin(what: BackupWork): void {
    const since = Date.now()
    this.#write({
      doing: { what, since, bytes: 0, step: '' },
      ...(what === 'verify' && { triedAt: since, isTrying: true }),
      ...(what === 'verify' && this.#report.isTrying && { proofFault: 'it was interrupted twice' }),
    })
  }

  /** What came of the last proof, and why the last try came to nothing. */
  get proved(): Pick<BackupReport, 'proof' | 'proofFault'> {
    return this.#report
  }

  /** What is noted of tries, for who may have to say that there was none. */
  get tried(): Pick<BackupReport, 'proofFault' | 'triedAt' | 'isTrying'> {
    const { proofFault, triedAt, isTrying = false } = this.#report
    return { proofFault, triedAt, isTrying }
  }

  /** Why there is no room to verify the newest; it is noted as a try that came to nothing. Null: there is. */
  refuseForRoom(): string | null {
    const proofFault = roomLacking(this.#report)
    if (proofFault !== null) this.end({ proofFault, triedAt: Date.now() })
    return proofFault
  }

  /** Whether the newest is to be verified without being asked for. @param everyMs `backup.verify` */
  isVerifyDue(everyMs: number): boolean {
    const dueAt = verifyDueAt(this.#report, everyMs, Date.now())
    return dueAt !== null && dueAt <= Date.now()
  }

  /** It goes on: so many more bytes, or another step in words. */
  goOn({ bytes = 0, step }: { readonly bytes?: number; readonly step?: string }): void {
    const { doing } = this.#report
    if (doing === null) return
    const next = { ...doing, bytes: doing.bytes + bytes, step: step ?? doing.step }
    this.#report = { ...this.#report, doing: next }
    if (step !== undefined) this.#write({})
    else this.stay(everyMs.works)
  }

  /** The next one begins then (ms). */
  expect(nextAt: number): void {
    this.#write({ nextAt })
  }

  /** It is over, and came to this. */
  end(
    found: Partial<Pick<BackupReport, 'fault' | 'faults' | 'nextAt' | 'proofFault' | 'triedAt' | 'isTrying'>>,
  ): void {
    const isTrying = 'proofFault' in found ? false : this.#report.isTrying
    this.#report = judged({ ...this.#report, isTrying, ...found, ...listOf(this.#report.folder) })
    this.#write({ doing: null })
  }

  /** The process is there. */
  stay(leastMs: number = everyMs.waits): void {
    if (Date.now() - this.#report.writtenAt >= leastMs) this.#write({})
  }

  #write(more: Partial<BackupReport>): void {
    this.#report = { ...this.#report, ...more, writtenAt: Date.now() }
    try {
      writeBackupReport(this.#data, this.#report)
    } catch {
      // A data folder that takes no file has alarms of its own; that nothing is heard is told by its age.
    }
  }
}

/** With what its list tells: a proof that ends a fault, and backups that were not there before. */
function judged(report: BackupReport): BackupReport {
  const now = Date.now()
  const { seenAt = null, backups } = report
  const isKnown = seenAt !== null && seenAt <= now
  return {
    ...report,
    proofFault: standingFault(report, now),
    seenAt: isKnown || backups.length === 0 ? seenAt : now,
  }
}

type Listed = Pick<BackupReport, 'backups' | 'proof' | 'databaseBytes' | 'freeBytes'>

/** What a folder has; nothing where it cannot be looked into, which the next backup says why. */
function listOf(folder: string): Listed {
  try {
    using place = new BackupPlace(folder, 'list')
    const { chain } = place.readable()
    const newest = chain.at(-1)
    const disk = statfsSync(folder)
    return {
      backups: keptOf(chain),
      proof: readProof(folder),
      databaseBytes: newest === undefined ? null : newest.pageCount * newest.pageSize,
      freeBytes: disk.bavail * disk.bsize,
    }
  } catch {
    return { backups: [], proof: null, databaseBytes: null, freeBytes: null }
  }
}

/**
 * The oldest first; the newest `mostListed`, as the report is written each second while something is done. What comes after
 * damage, up to the next whole database, stands on it.
 */
export function keptOf(chain: readonly Generation[]): KeptBackup[] {
  let isDamaged = false
  const kept = chain.map(({ at, took, image, damage }) => {
    isDamaged = damage !== undefined || (isDamaged && image === null)
    const { ms = null, bytes = null, madeAt = null } = took ?? {}
    return { at, madeAt, tookMs: ms, bytes, isDamaged }
  })
  return kept.slice(-mostListed)
}

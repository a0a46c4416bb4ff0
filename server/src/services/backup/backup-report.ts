/** Backups that a report names at most: more are kept only where settings keep each of many days. */
export const mostListed = 3000

/** One backup that can be restored, as the list of its folder has it. */
export interface KeptBackup {
  /** It has everything up to then (ms). */
  readonly at: number
  /** When it was whole (ms); null: made by a version that did not note it. */
  readonly madeAt: number | null
  /** How long it took (ms), and what was written for it (bytes); null: made by a version that did not note it. */
  readonly tookMs: number | null
  readonly bytes: number | null
  /** A file that it stands on was found damaged. */
  readonly isDamaged: boolean
}

/** What came of proving that a backup can be restored. */
export interface BackupProof {
  /** Which backup (ms). */
  readonly of: number
  readonly checkedAt: number
  readonly tookMs: number
  /** Files of content that were read. */
  readonly files: number
  /** What is wrong, in words; none: it can be restored whole. */
  readonly faults: readonly string[]
}

export type BackupWork = 'backup' | 'verify'

/** What somebody has asked for, and the process that makes backups has not begun yet. */
export interface BackupWish {
  readonly what: BackupWork
  readonly who: string
  readonly at: number
}

/** What the process that makes backups says of itself, again and again; all times in ms. */
export interface BackupReport {
  readonly folder: string
  readonly writtenAt: number
  /** What it does now; null: it waits. `bytes` were read or written so far, `step` is in words. */
  readonly doing: {
    readonly what: BackupWork
    readonly since: number
    readonly bytes: number
    readonly step: string
  } | null
  /** Why the last one was not made; null: it was. */
  readonly fault: string | null
  /** When the next one begins; 0: now. */
  readonly nextAt: number
  /** What is wrong with old ones, in words. */
  readonly faults: readonly string[]
  /** The oldest first; the newest `mostListed`. */
  readonly backups: readonly KeptBackup[]
  /** Of the one that was proved last; null: none was. */
  readonly proof: BackupProof | null
  /** Why the last try to prove one came to nothing; null: it came to something. */
  readonly proofFault: string | null
  /** When somebody last began to prove one in this folder (ms); null: not known. It outlives the process. */
  readonly triedAt: number | null
  /** The last try has not come to its end: it runs, or its process was ended in the middle of it. Absent: it has. */
  readonly isTrying?: boolean | undefined
  /** When backups were first seen in this folder (ms); null or absent: not known. It outlives the process. */
  readonly seenAt?: number | null
  /** Of the database (bytes); null: no backup was made yet. */
  readonly databaseBytes: number | null
  /** Room on the disk of the folder (bytes); null: it cannot be told. */
  readonly freeBytes: number | null
}

/** Where the report lies, and what is asked for. */
export interface BackupDesk {
  /** Null: no process has made backups here yet. */
  report(): Promise<BackupReport | null>
  wish(): Promise<BackupWish | null>
  /** Answers false where somebody has asked already, and it was not begun yet. */
  ask(wish: BackupWish): Promise<boolean>
}

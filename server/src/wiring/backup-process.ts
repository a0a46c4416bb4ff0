import { resolve } from 'node:path'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { addGeneration } from '#ground/storage/backups/add-generation.ts'
import { BackupPlace } from '#ground/storage/backups/backup-place.ts'
import { BusyPlaceError } from '#ground/storage/backups/busy-place-error.ts'
import type { LogFollower } from '#ground/storage/backups/changed-pages.ts'
import { DamageError } from '#ground/storage/backups/damage-error.ts'
import { OtherFileError } from '#ground/storage/backups/database-moment.ts'
import type { KeepRule } from '#ground/storage/backups/kept-generations.ts'
import { createPace } from '#ground/storage/backups/pace.ts'
import type { Pace } from '#ground/storage/backups/page-pack.ts'
import { verifyGeneration } from '#ground/storage/backups/verify-generation.ts'
import { takeBackupWish } from '#ground/storage/backups/wish-file.ts'
import type { BackupReport, BackupWork } from '#services/backup/backup-report.ts'
import { BackupNotes } from './backup-notes.ts'
import { retryWait } from './backup-retry.ts'

/** What a server wants of the process that makes its backups. */
export interface BackupOrder {
  /** The process that wants it. */
  readonly parent: number
  readonly data: string
  readonly folder: string
  readonly everyMs: number
  readonly keep: KeepRule
  /** How often the newest is verified without being asked for; 0: never. */
  readonly verifyEveryMs: number
}

/**
 * What the process tells of each backup: made, with what is wrong with old ones, or not made, and why; and when one begins
 * to be verified and when that is over, since backups wait meanwhile.
 */
export type BackupTold =
  | { readonly at: number; readonly faults: readonly string[] }
  | { readonly fault: string }
  | { readonly verifies: true }
  | ({ readonly verifies: false } & Pick<BackupReport, 'proof' | 'proofFault'>)

/** Bytes that are copied a second at most: half of what a slow disk can do. */
const bytesPerSecond = 64 << 20
/** A log that begins anew twice between two looks takes a reading of the whole database. */
const lookEveryMs = 500

/** Makes backups until the server is gone. */
class BackupWorker {
  #order: BackupOrder
  readonly #notes: BackupNotes
  readonly #pace: Pace
  #follower: LogFollower | null = null
  #failed = 0
  #sweeps = true
  /** What the wait for the next one counts from (ms): the beginning of the last, or its failure; 0: there was none yet. */
  #from = 0
  /** Not twice before a backup that is due: whoever asks again and again would keep it off. */
  #mayVerify = false
  #lookedAt = 0

  constructor(order: BackupOrder) {
    this.#order = order
    this.#notes = new BackupNotes(order.data, order.folder)
    const slow = createPace(bytesPerSecond)
    this.#pace = (bytes) => {
      this.#seeServer()
      this.#notes.goOn({ bytes })
      slow(bytes)
    }
  }

  async run(): Promise<void> {
    await this.#notes.recall()
    for (;;) {
      const what = await this.#next()
      if (what === 'verify') await this.#verify()
      else if (what === 'due-verify') await this.#verifyWhereRoom()
      else if (!(await this.#make())) return process.disconnect()
    }
  }

  /** Other settings for the same folder: they hold from the next backup on. */
  follow(order: BackupOrder): void {
    this.#order = order
    if (this.#from > 0) this.#notes.expect(this.#dueAt)
  }

  get #dueAt(): number {
    const { everyMs } = this.#order
    return this.#from + (this.#failed === 0 ? everyMs : retryWait(this.#failed, everyMs))
  }

  /**
   * Waits until a backup is due, or somebody asks for something. It is heard too where the next is due at once, always. What
   * nobody has asked for is verified where there is nothing else to do.
   */
  async #next(): Promise<BackupWork | 'due-verify'> {
    // A backup may wait for nothing: what the server sends meanwhile is heard here.
    await new Promise((passed) => setImmediate(passed))
    for (;;) {
      const leftMs = this.#dueAt - Date.now()
      const wish = leftMs > 0 || this.#mayVerify ? takeBackupWish(this.#order.data) : null
      if (wish !== null) return wish.what
      if (this.#verifiesByItself) return 'due-verify'
      if (leftMs <= 0) return 'backup'
      await new Promise((passed) => setTimeout(passed, Math.min(lookEveryMs, leftMs)))
      this.#look()
      this.#notes.stay()
    }
  }

  /** Where backups fail, whatever is in their way comes first. */
  get #verifiesByItself(): boolean {
    return this.#mayVerify && this.#failed === 0 && this.#notes.isVerifyDue(this.#order.verifyEveryMs)
  }

  #look(): void {
    this.#follower?.look()
    this.#lookedAt = performance.now()
  }

  /** Answers false where this process can make none any more. */
  async #make(): Promise<boolean> {
    const { data, folder, keep } = this.#order
    const began = Date.now()
    this.#notes.begin('backup')
    try {
      const { generation, follower, faults } = await addGeneration(data, resolve(folder), {
        ...{ takesOver: false, keep, follower: this.#follower, sweeps: this.#sweeps, pace: this.#pace },
      })
      this.#follower = follower
      ;[this.#failed, this.#from] = [0, began]
      tell({ at: generation.at, faults })
      this.#notes.end({ fault: null, faults, nextAt: this.#dueAt })
      this.#sweeps = false
      return true
    } catch (cause) {
      const { message: fault } = cause as Error
      ;[this.#failed, this.#from] = [this.#failed + 1, Date.now()]
      this.#sweeps = true
      tell({ fault })
      this.#notes.end({ fault, nextAt: this.#dueAt })
      // It would read the old file for good; the server starts another one.
      return !(cause instanceof OtherFileError)
    } finally {
      this.#mayVerify = true
    }
  }

  /** Nobody has looked at what it takes. */
  async #verifyWhereRoom(): Promise<void> {
    if (this.#notes.refuseForRoom() === null) return this.#verify()
    this.#mayVerify = false
    tell({ verifies: false, ...this.#proved })
  }

  get #proved(): Pick<BackupReport, 'proof' | 'proofFault'> {
    const { proof, proofFault } = this.#notes.proved
    return { proof, proofFault }
  }

  /** Proves that the newest can be restored. What comes of it is noted beside the backups. */
  async #verify(): Promise<void> {
    this.#mayVerify = false
    const before = this.#notes.tried
    this.#notes.begin('verify')
    tell({ verifies: true })
    let proofFault: string | null = null
    try {
      using place = new BackupPlace(resolve(this.#order.folder), 'read')
      const progress = { step: (step: string) => this.#goOn(step), goOn: () => this.#goOn() }
      const { noteFault } = await verifyGeneration(place, place.readable(), place.scratch, progress)
      proofFault = noteFault
    } catch (cause) {
      if (cause instanceof BusyPlaceError) {
        // Who works there may be proving it just now: it is no try, and follows after the next backup.
        this.#notes.end(before)
        return tell({ verifies: false, proof: this.#proved.proof, proofFault: cause.message })
      }
      // Damage is noted beside the backups, as what came of it.
      if (!(cause instanceof DamageError)) proofFault = (cause as Error).message
    }
    this.#notes.end({ proofFault })
    tell({ verifies: false, ...this.#proved })
  }

  /** Nothing of the log may be missed for as long as a verification takes. */
  #goOn(step?: string): void {
    this.#seeServer()
    this.#notes.goOn(step === undefined ? {} : { step })
    if (performance.now() - this.#lookedAt >= lookEveryMs) this.#look()
  }

  /** While it copies it hears of nothing, and a server that was killed must not be outlived by a writer. */
  #seeServer(): void {
    if (process.ppid !== this.#order.parent) process.exit()
  }
}

function tell(told: BackupTold): void {
  process.send?.(told)
}

yieldToMail(niceness.reading)
process.on('disconnect', () => process.exit())
let worker: BackupWorker | null = null
process.on('message', (order: BackupOrder) => {
  if (worker !== null) return worker.follow(order)
  worker = new BackupWorker(order)
  void worker.run()
})

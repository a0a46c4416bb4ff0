import { resolve } from 'node:path'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { addGeneration } from '#ground/storage/backups/add-generation.ts'
import { BackupPlace } from '#ground/storage/backups/backup-place.ts'
import type { LogFollower } from '#ground/storage/backups/changed-pages.ts'
import { DamageError } from '#ground/storage/backups/damage-error.ts'
import { OtherFileError } from '#ground/storage/backups/database-moment.ts'
import type { KeepRule } from '#ground/storage/backups/kept-generations.ts'
import { createPace } from '#ground/storage/backups/pace.ts'
import type { Pace } from '#ground/storage/backups/page-pack.ts'
import { verifyGeneration } from '#ground/storage/backups/verify-generation.ts'
import { takeBackupWish } from '#ground/storage/backups/wish-file.ts'
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
}

/** What the process tells of each backup: made, with what is wrong with old ones, or not made, and why. */
export type BackupTold =
  | { readonly at: number; readonly faults: readonly string[] }
  | { readonly fault: string }

/** Bytes that are copied a second at most: half of what a slow disk can do. */
const bytesPerSecond = 64 << 20
/** A log that begins anew twice between two looks takes a reading of the whole database. */
const lookEveryMs = 500

/** Makes backups until the server is gone. */
class BackupWorker {
  readonly #order: BackupOrder
  readonly #notes: BackupNotes
  readonly #pace: Pace
  #follower: LogFollower | null = null
  #failed = 0
  #sweeps = true
  #dueAt = 0

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
    for (;;) {
      const what = await this.#next()
      if (what === 'verify') await this.#verify()
      else if (!(await this.#make())) return process.disconnect()
    }
  }

  /** Waits until a backup is due, or somebody asks for something. */
  async #next(): Promise<'backup' | 'verify'> {
    while (Date.now() < this.#dueAt) {
      const wish = takeBackupWish(this.#order.data)
      if (wish !== null) return wish.what
      const waitMs = Math.max(1, Math.min(lookEveryMs, this.#dueAt - Date.now()))
      await new Promise((passed) => setTimeout(passed, waitMs))
      this.#follower?.look()
      this.#notes.stay()
    }
    return 'backup'
  }

  /** Answers false where this process can make none any more. */
  async #make(): Promise<boolean> {
    const { data, folder, keep, everyMs } = this.#order
    const began = Date.now()
    this.#notes.begin('backup')
    try {
      const { generation, follower, faults } = await addGeneration(data, resolve(folder), {
        ...{ takesOver: false, keep, follower: this.#follower, sweeps: this.#sweeps, pace: this.#pace },
      })
      this.#follower = follower
      this.#failed = 0
      tell({ at: generation.at, faults })
      this.#notes.end({ fault: null, faults, nextAt: this.#wait(began + everyMs) })
      this.#sweeps = false
      return true
    } catch (cause) {
      const { message: fault } = cause as Error
      this.#failed++
      this.#sweeps = true
      tell({ fault })
      this.#notes.end({ fault, nextAt: this.#wait(Date.now() + retryWait(this.#failed, everyMs)) })
      // It would read the old file for good; the server starts another one.
      return !(cause instanceof OtherFileError)
    }
  }

  #wait(until: number): number {
    this.#dueAt = until
    return until
  }

  /** Proves that the newest can be restored. What comes of it is noted beside the backups. */
  async #verify(): Promise<void> {
    this.#notes.begin('verify')
    let proofFault: string | null = null
    try {
      using place = new BackupPlace(resolve(this.#order.folder), 'read')
      await verifyGeneration(place, place.readable().chain, place.scratch, (step) => {
        this.#seeServer()
        this.#notes.goOn({ step })
      })
    } catch (cause) {
      // Damage is noted beside the backups, as what came of it.
      if (!(cause instanceof DamageError)) proofFault = (cause as Error).message
    }
    this.#notes.end({ proofFault })
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
process.once('message', (order) => void new BackupWorker(order as BackupOrder).run())

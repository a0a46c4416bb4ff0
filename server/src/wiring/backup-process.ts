import { resolve } from 'node:path'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { addGeneration } from '#ground/storage/backups/add-generation.ts'
import type { LogFollower } from '#ground/storage/backups/changed-pages.ts'
import { OtherFileError } from '#ground/storage/backups/database-moment.ts'
import type { KeepRule } from '#ground/storage/backups/kept-generations.ts'
import { createPace } from '#ground/storage/backups/pace.ts'
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
async function run(order: BackupOrder): Promise<void> {
  const slow = createPace(bytesPerSecond)
  // While it copies it hears of nothing, and a server that was killed must not be outlived by a writer.
  const pace = (bytes: number) => {
    if (process.ppid !== order.parent) process.exit()
    slow(bytes)
  }
  let follower: LogFollower | null = null
  let failed = 0
  let sweeps = true
  for (;;) {
    const began = Date.now()
    try {
      const { generation, ...added } = await addGeneration(order.data, resolve(order.folder), {
        ...{ takesOver: false, keep: order.keep, follower, sweeps, pace },
      })
      ;({ follower } = added)
      failed = 0
      tell({ at: generation.at, faults: added.faults })
    } catch (cause) {
      failed++
      tell({ fault: (cause as Error).message })
      // It would read the old file for good; the server starts another one.
      if (cause instanceof OtherFileError) return process.disconnect()
    }
    sweeps = failed > 0
    await wait(failed > 0 ? retryWait(failed, order.everyMs) : began + order.everyMs - Date.now(), follower)
  }
}

async function wait(ms: number, follower: LogFollower | null): Promise<void> {
  const until = Date.now() + ms
  do {
    await new Promise((passed) => setTimeout(passed, Math.max(1, Math.min(lookEveryMs, until - Date.now()))))
    follower?.look()
  } while (Date.now() < until)
}

function tell(told: BackupTold): void {
  process.send?.(told)
}

yieldToMail(niceness.reading)
process.on('disconnect', () => process.exit())
process.once('message', (order) => void run(order as BackupOrder))

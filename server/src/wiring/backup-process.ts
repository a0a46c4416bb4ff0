import { join, resolve } from 'node:path'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { type Added, addGeneration } from '#ground/storage/backups/add-generation.ts'
import { LogFollower } from '#ground/storage/backups/changed-pages.ts'
import type { KeepRule } from '#ground/storage/backups/kept-generations.ts'
import { createPace } from '#ground/storage/backups/pace.ts'
import { databaseName } from '#ground/storage/database/open-database.ts'

/** What a server wants of the process that makes its backups. */
export interface BackupOrder {
  readonly data: string
  readonly folder: string
  readonly everyMs: number
  readonly keep: KeepRule
}

/** What the process tells of each backup. */
export type BackupTold = { readonly at: number } | { readonly fault: string }

/** Bytes that are read and written a second at most: half of what a slow disk can do. */
const bytesPerSecond = 64 << 20
/** A log that begins anew twice between two looks takes a reading of the whole database. */
const lookEveryMs = 500

/** Makes backups until the server is gone. */
async function run(order: BackupOrder): Promise<void> {
  const pace = createPace(bytesPerSecond)
  let follower: LogFollower | null = null
  for (let next = Date.now(); ; next += order.everyMs) {
    try {
      const added: Added = await addGeneration(order.data, resolve(order.folder), {
        ...{ takesOver: false, keep: order.keep, follower, pace },
      })
      follower = new LogFollower(join(order.data, databaseName), added.generation.place)
      tell({ at: added.generation.at })
    } catch (cause) {
      tell({ fault: (cause as Error).message })
      // What it knows is of a generation that is perhaps not the last one any more.
      follower = null
    }
    next = Math.max(next, Date.now() - order.everyMs)
    while (Date.now() < next + order.everyMs) {
      await new Promise((passed) => setTimeout(passed, Math.min(lookEveryMs, order.everyMs)))
      follower?.look()
    }
  }
}

function tell(told: BackupTold): void {
  process.send?.(told)
}

yieldToMail(niceness.reading)
process.on('disconnect', () => process.exit())
process.once('message', (order) => void run(order as BackupOrder))

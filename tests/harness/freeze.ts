import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseName } from '../../server/src/ground/storage/database/open-database.ts'
import type { TestSite } from './site.ts'
import { waitUntil } from './wait-until.ts'

/** Environment of a process that can be stopped by freezeInWrite. */
export const freezable = {
  NODE_OPTIONS: `--import ${join(import.meta.dirname, 'freeze-in-write.mjs')}`,
} as const

/** Longer than any transaction of others that is under way. */
const othersWriteMs = 2000

/**
 * Stops a process at a moment at which it does not hold the lock of the store: what is tried is that nobody watches any
 * more, not that nobody can write.
 * @param folder of the site
 */
export async function freezeBetweenWrites(process: TestSite, folder: string): Promise<void> {
  const freeze = () => {
    process.signal('SIGSTOP')
    if (canWrite(folder)) return true
    process.signal('SIGCONT')
    return false
  }
  await waitUntil('the process is stopped and others can write', freeze, 60_000)
}

/**
 * Stops a process while it writes to the store, so that nobody else can write.
 * @param process started with `freezable`
 * @param folder of the site
 * @returns lets others write again; the process stays stopped
 */
export async function freezeInWrite(process: TestSite, folder: string): Promise<() => Promise<void>> {
  process.signal('SIGUSR2')
  await waitUntil(
    'the process is stopped and nobody can write',
    () => isStopped(process) && !canWrite(folder, 0),
  )
  return async () => {
    process.signal('SIGCONT')
    // One of its threads may have waited for the lock, and have it now.
    await waitUntil('it has stopped again', () => canWrite(folder) && isStopped(process))
    await freezeBetweenWrites(process, folder)
  }
}

/** State `T` in proc(5); the name before it may hold anything, and ends with a bracket. */
function isStopped({ pid }: TestSite): boolean {
  return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

function canWrite(folder: string, timeout = othersWriteMs): boolean {
  const database = new DatabaseSync(join(folder, 'data', databaseName), { timeout })
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK')
    return true
  } catch {
    return false
  } finally {
    database.close()
  }
}

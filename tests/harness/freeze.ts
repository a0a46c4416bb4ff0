import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestSite } from './site.ts'
import { waitUntil } from './wait-until.ts'

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

function canWrite(folder: string): boolean {
  const database = new DatabaseSync(join(folder, 'data', 'mailkeep.db'), { timeout: othersWriteMs })
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK')
    return true
  } catch {
    return false
  } finally {
    database.close()
  }
}

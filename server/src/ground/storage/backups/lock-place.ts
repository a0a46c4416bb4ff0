import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BusyPlaceError } from './busy-place-error.ts'
import { giveToOwner } from './give-to-owner.ts'

/** Somebody who restores waits for a backup that is just being made. */
const readersWaitMs = 60_000

export const lockName = 'lock.db'

/**
 * Locks a folder of backups. Held by the system, which gives it back when the process ends however it ends.
 * @returns null: it can only be read, so nobody writes
 * @throws BusyPlaceError where somebody else is at it; Error where it cannot be written to
 */
export function lockPlace(folder: string, mode: 'write' | 'read'): DatabaseSync | null {
  const path = join(folder, lockName)
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(path, { timeout: mode === 'read' ? readersWaitMs : 0 })
    database.exec('BEGIN EXCLUSIVE')
    giveToOwner(folder, path)
    return database
  } catch (cause) {
    database?.close()
    const isBusy = /locked|busy/.test((cause as Error).message)
    if (isBusy) throw new BusyPlaceError(folder)
    if (mode === 'read') return null
    throw new Error(`${folder} cannot be written to: ${(cause as Error).message}`)
  }
}

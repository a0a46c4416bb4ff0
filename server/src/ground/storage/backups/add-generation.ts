import { noteBackup } from '../last-backup.ts'
import { BackupPlace } from './backup-place.ts'
import type { LogFollower } from './changed-pages.ts'
import { claimPlace } from './claim-place.ts'
import { dropGenerations } from './drop-generations.ts'
import type { KeepRule } from './kept-generations.ts'
import type { Pace } from './page-pack.ts'
import { type Taken, takeGeneration } from './take-generation.ts'

export interface AddOptions {
  /** The folder may be one of another data folder; see claimPlace. */
  readonly takesOver: boolean
  readonly keep: KeepRule
  /** Null: nobody has followed the log. */
  readonly follower: LogFollower | null
  /** What interrupted work has left is looked for, when this one is made. */
  readonly sweeps: boolean
  readonly pace: Pace
}

/** What was added, how many old generations were dropped, and what was found wrong with old ones, in words. */
export type Added = Taken & { readonly dropped: number; readonly faults: readonly string[] }

/**
 * Adds a backup of a data folder to a folder of backups, notes it in the data folder and drops what is too old. One that
 * is interrupted leaves files that the next one clears away.
 * @param data data folder; somebody must have its database open
 * @throws Error where none was made; what is wrong with old ones is answered
 */
export async function addGeneration(data: string, folder: string, options: AddOptions): Promise<Added> {
  claimPlace(data, folder, options.takesOver)
  using place = new BackupPlace(folder, 'write')
  // Another one may have taken it over before it was locked.
  claimPlace(data, folder, false)
  const left = place.clear()
  const taken = takeOne(data, place, options)
  noteBackup(data, taken.generation.at)
  try {
    if (options.sweeps) place.sweep()
    const { dropped, faults } = await dropGenerations(place, Date.now(), options.keep, options.pace)
    return { ...taken, dropped, faults: [...left, ...faults] }
  } catch (cause) {
    place.clear()
    const fault = `old ones cannot be dropped: ${(cause as Error).message}`
    return { ...taken, dropped: 0, faults: [...left, fault] }
  }
}

function takeOne(data: string, place: BackupPlace, { follower, pace }: AddOptions): Taken {
  try {
    return takeGeneration(data, place, follower, pace)
  } catch (cause) {
    place.clear()
    // Each try would leave more of what no backup names; else the next one goes on with what is copied.
    if (['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '')) place.takeBack()
    throw cause
  }
}

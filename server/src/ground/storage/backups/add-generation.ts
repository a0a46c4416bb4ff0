import { noteBackup } from '../last-backup.ts'
import { BackupPlace, claimPlace } from './backup-place.ts'
import type { LogFollower } from './changed-pages.ts'
import { dropGenerations } from './drop-generations.ts'
import type { KeepRule } from './kept-generations.ts'
import type { Pace } from './page-pack.ts'
import { type Taken, takeGeneration } from './take-generation.ts'

export interface AddOptions {
  /** The folder may be one of another data folder; see claimPlace. */
  readonly takesOver: boolean
  readonly keep: KeepRule
  readonly follower: LogFollower | null
  readonly pace: Pace
}

/** What was added, and how many old generations were dropped. */
export type Added = Taken & { readonly dropped: number }

/**
 * Adds a backup of a data folder to a folder of backups, notes it in the data folder and drops what is too old. One that
 * is interrupted leaves files that the next one clears away.
 * @param data data folder; somebody must have its database open
 */
export async function addGeneration(data: string, folder: string, options: AddOptions): Promise<Added> {
  claimPlace(data, folder, options.takesOver)
  using place = new BackupPlace(folder, 'write')
  // Nobody has followed the log: perhaps since what did so was killed half-way.
  if (options.follower === null) place.sweep()
  try {
    const taken = takeGeneration(data, place, options.follower, options.pace)
    noteBackup(data, taken.generation.at)
    return { ...taken, dropped: await dropGenerations(place, Date.now(), options.keep, options.pace) }
  } catch (cause) {
    // On a full disk each try would leave more of what no backup names.
    place.sweep()
    throw cause
  }
}

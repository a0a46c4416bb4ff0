import { copyFileSync, existsSync, readdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bodiesFolder } from '../bodies/body-path.ts'
import { folderMark } from '../bodies/torn-file.ts'
import type { BackupPlace } from './backup-place.ts'
import type { Pace } from './page-pack.ts'
import { syncPath } from './sync-path.ts'

/**
 * Names of the content files that a data folder has now. A file gets its name when it is whole and is never changed.
 * @throws Error where the folder is the bare place of a mount: all content would be taken for gone
 */
export function listContent(data: string): string[] {
  if (!existsSync(join(data, bodiesFolder))) return []
  if (!existsSync(join(data, bodiesFolder, folderMark)))
    throw new Error(`the folder of content ${join(data, bodiesFolder)} is away; is its disk mounted?`)
  return readdirSync(join(data, bodiesFolder), { withFileTypes: true })
    .filter((each) => each.isFile() && each.name !== folderMark)
    .map((each) => each.name)
}

/**
 * Copies content that the folder of backups has not yet.
 * @returns names of those that it has now; those whose message was settled meanwhile are not among them
 */
export function copyContent(
  data: string,
  place: BackupPlace,
  names: readonly string[],
  pace: Pace,
): string[] {
  const had = new Set(place.names('content'))
  return names.filter((name) => had.has(name) || copyOne(join(data, bodiesFolder, name), place, name, pace))
}

function copyOne(from: string, place: BackupPlace, name: string, pace: Pace): boolean {
  const to = place.path('content', name)
  try {
    copyFileSync(from, `${to}.unfinished`)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(from)) return false
    throw cause
  }
  syncPath(`${to}.unfinished`)
  renameSync(`${to}.unfinished`, to)
  pace(statSync(to).size)
  return true
}

import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StoreError } from '#ground/platform/store-error.ts'

/** Lies in the folder of content from its beginning: a folder without it is the bare place of a mount that is away. */
export const folderMark = '.mailkeep'

/**
 * Why a file is not there in its length; null: it is. Its checksum is looked at when it is sent.
 * @throws StoreError where the whole folder is away: that is our fault and passes, and the file is no worse for it
 */
export function whyFileIsTorn(path: string, size: number): string | null {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found && isFolderAway(path)) throw new StoreError('failed', `the folder ${dirname(path)} is away`)
  if (!found) return `its file ${path} is missing`
  return found.size === size ? null : `its file ${path} has ${found.size} bytes instead of ${size}`
}

/** Whether the folder of a file of content is not there as it was. */
export function isFolderAway(path: string): boolean {
  return !existsSync(join(dirname(path), folderMark))
}

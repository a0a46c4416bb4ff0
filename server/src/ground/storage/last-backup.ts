import { chmodSync, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const name = 'last-backup'

/**
 * Notes that a copy of a data folder is whole: it has everything up to `at` (ms). The copy itself knows of none.
 * All may read it: a copy may be made by another user (root) than the server's, and it holds nothing but a time.
 */
export function noteBackup(folder: string, at: number): void {
  const path = join(folder, name)
  writeFileSync(`${path}.new`, `${new Date(at).toISOString()}\n`)
  chmodSync(`${path}.new`, 0o644)
  renameSync(`${path}.new`, path)
}

/** Up to when the last copy has everything (ms); null: none was ever made. @throws Error where nobody can tell */
export async function readLastBackup(folder: string): Promise<number | null> {
  const path = join(folder, name)
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw cause
  })
  if (text === null) return null
  const at = Date.parse(text.trim())
  if (Number.isNaN(at)) throw new Error(`${path} does not say when the last backup was made`)
  return at
}

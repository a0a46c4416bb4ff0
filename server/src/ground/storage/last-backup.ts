import { renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const name = 'last-backup'

/** Notes that a copy of a data folder is whole: it has everything up to `at` (ms). The copy itself knows of none. */
export function noteBackup(folder: string, at: number): void {
  const path = join(folder, name)
  writeFileSync(`${path}.new`, `${new Date(at).toISOString()}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Up to when the last copy has everything (ms); null: none was ever made, or nobody can tell. */
export async function readLastBackup(folder: string): Promise<number | null> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '')
  const at = Date.parse(text.trim())
  return Number.isNaN(at) ? null : at
}
